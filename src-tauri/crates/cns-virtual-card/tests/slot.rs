//! Inserting, removing, faults, and the plug into a reader.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use cns_iso7816::{Channel, ChannelError, Ending, Expected, FileOffset, commands, send};
use cns_virtual_card::vpcd::Plug;
use cns_virtual_card::{Fault, FaultKind, Link, VirtualCardHandle, VirtualChannel};
use common::{card, padded};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

fn slot() -> VirtualCardHandle {
    VirtualCardHandle::inserted(card("classic-st2021", "citizen-good"))
}

/// The status words of so many SELECTs, or what came instead.
fn selects(channel: &mut VirtualChannel, count: usize) -> Vec<Result<u16, ChannelError>> {
    let mut results = Vec::new();
    let _ = channel.transaction(Ending::Leave, &mut |exchange| {
        for _ in 0..count {
            results.push(send(exchange, &commands::select_mf()).map(|response| response.status().value()));
        }
    });
    results
}

mod faults {
    use super::*;

    fn check(kind: FaultKind, expected: &[Result<u16, ChannelError>]) {
        let handle = slot();
        handle.set_faults([Fault { at: 1, kind }]);
        assert_eq!(selects(&mut handle.channel(), 3), expected);
    }

    #[test]
    fn strike_the_apdu_they_were_set_for() {
        check(FaultKind::Status(0x6F00), &[Ok(0x9000), Ok(0x6F00), Ok(0x9000)]);
        check(
            FaultKind::Truncated(1),
            &[Ok(0x9000), Err(ChannelError::Garbled), Ok(0x9000)],
        );
        check(
            FaultKind::Garbage(vec![]),
            &[Ok(0x9000), Err(ChannelError::Garbled), Ok(0x9000)],
        );
        check(
            FaultKind::Garbage(vec![1, 2, 3, 4]),
            &[Ok(0x9000), Ok(0x0304), Ok(0x9000)],
        );
        check(
            FaultKind::Silence(Duration::from_millis(1)),
            &[Ok(0x9000), Ok(0x9000), Ok(0x9000)],
        );
    }

    #[test]
    fn a_card_pulled_out_stays_out_for_its_channel() {
        let removed = Err(ChannelError::Removed);
        check(FaultKind::Removal, &[Ok(0x9000), removed, removed]);
    }

    #[test]
    fn a_reset_is_told_until_the_next_transaction() {
        let handle = slot();
        handle.set_faults([Fault {
            at: 1,
            kind: FaultKind::Reset,
        }]);
        let mut channel = handle.channel();
        let reset = Err(ChannelError::Reset);
        assert_eq!(selects(&mut channel, 3), [Ok(0x9000), reset, reset]);
        assert_eq!(selects(&mut channel, 1), [Ok(0x9000)]);
    }

    #[test]
    fn a_lost_service_or_reader_is_told_until_there_is_a_new_connection() {
        for (kind, error) in [
            (FaultKind::ServiceGone, ChannelError::ServiceGone),
            (FaultKind::ReaderGone, ChannelError::ReaderGone),
        ] {
            let handle = slot();
            handle.set_faults([Fault { at: 1, kind }]);
            let mut channel = handle.channel();
            assert_eq!(selects(&mut channel, 3), [Ok(0x9000), Err(error), Err(error)]);
            assert_eq!(channel.transaction(Ending::Leave, &mut |_| ()), Err(error));
            assert_eq!(selects(&mut handle.channel(), 1), [Ok(0x9000)]);
        }
    }

    #[test]
    fn a_card_held_by_another_program_begins_no_transaction_so_many_times() {
        let handle = slot();
        handle.set_faults([Fault {
            at: 1,
            kind: FaultKind::Busy(2),
        }]);
        let mut channel = handle.channel();
        let mut begin = || {
            channel.transaction(Ending::Leave, &mut |exchange| {
                send(exchange, &commands::select_mf()).unwrap();
            })
        };
        let busy = Err(ChannelError::Busy);
        assert_eq!([begin(), begin(), begin(), begin()], [Ok(()), busy, busy, Ok(())]);
        assert_eq!(handle.apdus(), 2);
    }

    #[test]
    fn a_silent_card_can_be_pulled_out() {
        let handle = slot();
        handle.set_faults([Fault {
            at: 0,
            kind: FaultKind::Silence(Duration::from_secs(600)),
        }]);
        let mut channel = handle.channel();
        let waiting = std::thread::spawn(move || selects(&mut channel, 1));
        while handle.apdus() == 0 {
            std::thread::yield_now();
        }
        handle.remove();
        assert_eq!(waiting.join().unwrap(), [Err(ChannelError::Removed)]);
    }
}

mod channels {
    use super::*;

    #[test]
    fn lead_to_one_insertion_only() {
        let handle = slot();
        let mut old = handle.channel();
        handle.remove();
        handle.insert();
        assert_eq!(
            old.transaction(Ending::Leave, &mut |_| ()),
            Err(ChannelError::Removed)
        );
        assert_eq!(selects(&mut handle.channel(), 1), [Ok(0x9000)]);
    }

    #[test]
    fn forget_the_pin_at_the_end_when_told_so() {
        let handle = slot();
        let verify = |ending| {
            let mut channel = handle.channel();
            let act = &mut |exchange: &mut dyn cns_iso7816::Exchange| {
                assert!(
                    send(exchange, &commands::verify(0x90, &padded("12345")))
                        .unwrap()
                        .is_success()
                );
            };
            channel.transaction(ending, act).unwrap();
            handle.with_card(|card| card.is_pin_verified())
        };
        assert!(verify(Ending::Leave));
        assert!(!verify(Ending::Reset));
    }

    #[test]
    fn wait_for_each_other() {
        let handle = slot();
        let (mut first, mut second) = (handle.channel(), handle.channel());
        let (inside, entered) = std::sync::mpsc::channel();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let holder = std::thread::spawn(move || {
            first.transaction(Ending::Leave, &mut |_| {
                inside.send(()).unwrap();
                released.recv().unwrap();
            })
        });
        entered.recv().unwrap();
        let waiter = std::thread::spawn(move || selects(&mut second, 1));
        assert_eq!(handle.apdus(), 0);
        release.send(()).unwrap();
        holder.join().unwrap().unwrap();
        assert_eq!(waiter.join().unwrap(), [Ok(0x9000)]);
    }

    #[test]
    fn are_counted_and_logged_without_data() {
        let handle = slot();
        handle
            .channel()
            .transaction(Ending::Leave, &mut |exchange| {
                send(exchange, &commands::verify(0x90, &padded("12345"))).unwrap();
                send(
                    exchange,
                    &commands::read_binary(FileOffset::START, Expected::Short(0)),
                )
                .unwrap();
            })
            .unwrap();
        assert_eq!(handle.apdus(), 2);
        assert_eq!(
            handle.headers(),
            [[0x00, 0x20, 0x00, 0x90], [0x00, 0xB0, 0x00, 0x00]]
        );
        assert!(!format!("{handle:?}").contains("12345"));
    }

    #[test]
    fn count_bytes_both_ways() {
        let handle = slot();
        selects(&mut handle.channel(), 2);
        let traffic = handle.traffic();
        assert_eq!(
            (traffic.apdus, traffic.bytes_sent, traffic.bytes_received),
            (2, 2 * 8, 2 * (58 + 2))
        );
        handle.reset_count();
        assert_eq!(handle.traffic().bytes_sent, 0);
    }

    #[test]
    fn take_the_time_of_their_link() {
        let handle = slot();
        let command = Duration::from_millis(30);
        handle.set_link(Link {
            command,
            ..Link::NONE
        });
        let started = std::time::Instant::now();
        selects(&mut handle.channel(), 2);
        assert!(started.elapsed() >= 2 * command);
    }

    #[test]
    fn give_no_answer_while_paused_and_none_at_all_when_the_card_goes() {
        let handle = slot();
        for (end, answer) in [
            (VirtualCardHandle::resume as fn(&VirtualCardHandle), Ok(0x9000)),
            (VirtualCardHandle::remove, Err(ChannelError::Removed)),
        ] {
            handle.reset_count();
            handle.pause();
            let mut channel = handle.channel();
            let waiting = std::thread::spawn(move || selects(&mut channel, 1));
            while handle.apdus() == 0 {
                std::thread::yield_now();
            }
            assert!(!waiting.is_finished());
            end(&handle);
            assert_eq!(waiting.join().unwrap(), [answer]);
        }
    }

    #[test]
    fn a_waiter_learns_that_the_card_moved() {
        let handle = slot();
        let seen = handle.movements();
        let waiter = handle.clone();
        let waiting = std::thread::spawn(move || waiter.wait_for_movement(seen, Duration::from_secs(600)));
        handle.remove();
        assert_eq!(waiting.join().unwrap(), seen + 1);
    }
}

mod vpcd {
    use super::*;

    fn ask(reader: &mut TcpStream, message: &[u8]) -> Vec<u8> {
        tell(reader, message);
        let mut length = [0; 2];
        reader.read_exact(&mut length).unwrap();
        let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
        reader.read_exact(&mut answer).unwrap();
        answer
    }

    fn tell(reader: &mut TcpStream, message: &[u8]) {
        let length = u16::try_from(message.len()).unwrap().to_be_bytes();
        // Apart, as vpcd does it.
        reader.write_all(&length).unwrap();
        reader.write_all(message).unwrap();
    }

    fn plugged(handle: &VirtualCardHandle) -> (Plug, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let plug = Plug::into_reader(handle, listener.local_addr().unwrap(), Duration::ZERO).unwrap();
        (plug, listener.accept().unwrap().0)
    }

    #[test]
    fn orders_about_power_get_no_answer_and_make_the_card_forget() {
        let handle = slot();
        let (_plug, mut reader) = plugged(&handle);
        tell(&mut reader, &[0x01]);
        assert_eq!(ask(&mut reader, &[0x04]), handle.atr().as_bytes());
        let verify = commands::verify(0x90, &padded("12345")).encode().unwrap();
        assert_eq!(ask(&mut reader, &verify), [0x90, 0x00]);
        assert!(handle.with_card(|card| card.is_pin_verified()));
        tell(&mut reader, &[0x02]);
        assert_eq!(ask(&mut reader, &[0x04]), handle.atr().as_bytes());
        assert!(!handle.with_card(|card| card.is_pin_verified()));
    }

    #[test]
    fn pulling_the_plug_is_seen_by_the_reader() {
        let (plug, mut reader) = plugged(&slot());
        drop(plug);
        assert_eq!(reader.read(&mut [0; 1]).unwrap(), 0);
    }

    #[test]
    fn a_card_pulled_out_in_the_middle_gives_no_answer() {
        let handle = slot();
        let (_plug, mut reader) = plugged(&handle);
        handle.set_faults([Fault {
            at: 0,
            kind: FaultKind::Removal,
        }]);
        tell(&mut reader, &commands::select_mf().encode().unwrap());
        assert_eq!(reader.read(&mut [0; 1]).unwrap(), 0);
    }

    #[test]
    fn nobody_listening_is_named() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert!(Plug::into_reader(&slot(), free, Duration::ZERO).is_err());
    }
}
