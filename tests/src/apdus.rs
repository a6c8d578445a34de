//! Commands that one and the same card sees, from us and from OpenSC.

use crate::card::PIN;
use crate::opensc::OpenSc;
use crate::peers;
use crate::scene::Scene;
use std::fmt;

/// How many commands each act took.
#[derive(Clone, Copy, Debug)]
pub struct Apdus {
    /// We read certificate, ID and personal data (`cns card`).
    pub our_reading: usize,
    /// We read the same, verify the PIN and sign (`cns get`).
    pub our_signing: usize,
    /// OpenSC reads the certificate alone (`pkcs15-tool`), as it is set up by its makers.
    pub opensc_reading: usize,
    /// OpenSC finds the key, verifies the PIN and signs (`pkcs11-tool`), with the extended commands that this card wants.
    pub opensc_signing: usize,
}

impl Apdus {
    /// Counts them on one card, in one run.
    ///
    /// # Panics
    /// When one of the four acts fails.
    pub fn count() -> Self {
        let scene = Scene::with("citizen-good");
        let count = |act: &mut dyn FnMut()| {
            scene.card.forget();
            act();
            scene.card.spent().apdus
        };
        let our_reading = count(&mut || {
            scene.cns(&["card"], "").done();
        });
        let server = scene.server();
        let peer = peers::s_server(&scene.place, &server, &scene.roots, &["-tls1_3"]);
        let (url, ca) = (peer.url(), server.ca.display().to_string());
        let our_signing = count(&mut || {
            scene
                .cns(
                    &["get", &url, "--server-ca", &ca, "--pin-stdin"],
                    &format!("{PIN}\n"),
                )
                .done();
        });
        let opensc = OpenSc::new(&scene.place, &scene.stack);
        let opensc_reading = count(&mut || {
            opensc.certificate("01").expect("a certificate");
        });
        let data = scene.place.write("data", "Da firmare");
        let opensc_signing = count(&mut || {
            opensc
                .with_long_commands(true)
                .sign(PIN, "01", &data, &["--mechanism", "SHA256-RSA-PKCS"])
                .expect("a signature");
        });
        Self {
            our_reading,
            our_signing,
            opensc_reading,
            opensc_signing,
        }
    }
}

impl fmt::Display for Apdus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extra = self.our_signing.saturating_sub(self.our_reading);
        writeln!(f, "commands that the card sees, same card, one run")?;
        writeln!(
            f,
            "  Sportello reads certificate, ID and personal data   {:>4}",
            self.our_reading
        )?;
        writeln!(
            f,
            "  OpenSC reads the certificate alone                  {:>4}",
            self.opensc_reading
        )?;
        writeln!(
            f,
            "  Sportello verifies the PIN and signs, after that    {extra:>4}"
        )?;
        writeln!(
            f,
            "  OpenSC verifies the PIN and signs, from its start   {:>4}",
            self.opensc_signing
        )
    }
}
