//! The plug into the real pcscd: the protocol of vpcd, the virtual reader of the vsmartcard project.
//!
//! vpcd listens and the card connects. A frame is a length of two bytes and as many bytes; one byte is an order
//! about power (`00` off, `01` on, `02` reset: no answer; `04`: answer the ATR), more is a command APDU.

use crate::handle::Outcome;
use crate::{VirtualCardError, VirtualCardHandle};
use cns_iso7816::ChannelError;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::thread::JoinHandle;
use std::time::Duration;
use zeroize::Zeroizing;

/// A card that is plugged into a vpcd. Dropping it pulls the card out.
#[derive(Debug)]
pub struct Plug {
    handle: VirtualCardHandle,
    stream: TcpStream,
    server: Option<JoinHandle<Result<(), VirtualCardError>>>,
}

impl Plug {
    /// Connects to a listening vpcd, trying for so long, and serves the card from a thread of its own.
    ///
    /// # Errors
    /// [`VirtualCardError::Vpcd`] when nobody listens there within `patience`.
    pub fn into_reader(
        handle: &VirtualCardHandle,
        reader: impl ToSocketAddrs,
        patience: Duration,
    ) -> Result<Self, VirtualCardError> {
        let stream = connect(reader, patience)?;
        let served = stream.try_clone()?;
        let served_handle = handle.clone();
        handle.insert();
        let server = std::thread::Builder::new()
            .name("vpcd".to_owned())
            .spawn(move || serve(&served_handle, served))?;
        Ok(Self {
            handle: handle.clone(),
            stream,
            server: Some(server),
        })
    }

    /// Whether the connection stands.
    pub fn is_connected(&self) -> bool {
        self.server.as_ref().is_some_and(|server| !server.is_finished())
    }
}

impl Drop for Plug {
    fn drop(&mut self) {
        // Whatever the card is about to answer will not come.
        self.handle.remove();
        // Both may have ended already; then there is nothing to pull out.
        let _ = self.stream.shutdown(Shutdown::Both);
        if let Some(server) = self.server.take() {
            let _ = server.join();
        }
    }
}

fn connect(reader: impl ToSocketAddrs, patience: Duration) -> Result<TcpStream, VirtualCardError> {
    let addresses: Vec<SocketAddr> = reader.to_socket_addrs()?.collect();
    let mut waited = Duration::ZERO;
    loop {
        match TcpStream::connect(addresses.as_slice()) {
            Ok(stream) => return Ok(stream),
            Err(error) if waited >= patience => return Err(error.into()),
            Err(_) => std::thread::sleep(BETWEEN_TRIES),
        }
        waited += BETWEEN_TRIES;
    }
}

/// How long to wait before knocking again at a reader that does not listen yet.
const BETWEEN_TRIES: Duration = Duration::from_millis(20);

/// Serves the card on a connection to vpcd until the reader goes or the card is pulled out.
///
/// # Errors
/// [`VirtualCardError::Vpcd`] when the connection fails otherwise than by its end.
pub fn serve(handle: &VirtualCardHandle, mut stream: TcpStream) -> Result<(), VirtualCardError> {
    stream.set_nodelay(true)?;
    handle.with_card(crate::VirtualCard::reset);
    while let Some(message) = receive(&mut stream)? {
        let answer = match message.as_slice() {
            [] | [0x00..=0x02] => {
                handle.with_card(crate::VirtualCard::reset);
                continue;
            }
            [0x04] => handle.atr().as_bytes().to_vec(),
            [_] => continue,
            apdu => match handle.transmit(apdu) {
                Outcome::Answer(answer) => answer,
                // Nobody but pcscd resets a card here; what remains of it is that the card has forgotten everything.
                Outcome::Lost(ChannelError::Reset) => handle.with_card(|card| card.answer(apdu)),
                // However the card was lost, this end of the wire can only go silent.
                Outcome::Lost(_) => break,
            },
        };
        send(&mut stream, &answer)?;
    }
    handle.with_card(crate::VirtualCard::reset);
    // The reader may have closed its end already.
    let _ = stream.shutdown(Shutdown::Both);
    Ok(())
}

/// Reads one frame; `None` at the end of the connection.
fn receive(stream: &mut TcpStream) -> Result<Option<Zeroizing<Vec<u8>>>, VirtualCardError> {
    let mut length = [0; 2];
    if !read_exact(stream, &mut length)? {
        return Ok(None);
    }
    let mut message = Zeroizing::new(vec![0; usize::from(u16::from_be_bytes(length))]);
    Ok(read_exact(stream, &mut message)?.then_some(message))
}

fn read_exact(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<bool, VirtualCardError> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        acknowledge_at_once(stream);
        match stream.read(rest) {
            Ok(0) => return Ok(false),
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        acknowledge_at_once(stream);
    }
    Ok(true)
}

/// vpcd sends the length and the bytes apart, without TCP_NODELAY: a delayed acknowledgement of the first costs
/// 40 ms per APDU. Linux turns quick acknowledgements off again by itself, so they are asked for at every read.
fn acknowledge_at_once(stream: &TcpStream) {
    #[cfg(target_os = "linux")]
    {
        use std::os::linux::net::TcpStreamExt;
        // Without it everything works, only slower.
        let _ = stream.set_quickack(true);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = stream;
}

fn send(stream: &mut TcpStream, answer: &[u8]) -> Result<(), VirtualCardError> {
    let answer = answer.get(..usize::from(u16::MAX)).unwrap_or(answer);
    let length = u16::try_from(answer.len()).unwrap_or(u16::MAX);
    let mut frame = length.to_be_bytes().to_vec();
    frame.extend_from_slice(answer);
    match stream.write_all(&frame) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}
