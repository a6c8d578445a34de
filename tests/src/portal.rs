//! The reference portal as a program of its own, as an office would run it.

use crate::peers::ServerCertificate;
use crate::ports;
use crate::process::Process;
use crate::scene::Scene;
use std::path::PathBuf;

/// `cns-portal serve`, its two hosts, and the profile that leads there.
#[derive(Debug)]
pub struct Portal {
    /// The profile's file.
    pub profile: PathBuf,
    /// The authority of its server certificates.
    pub server_ca: PathBuf,
    configuration: PathBuf,
    process: Option<Process>,
}

impl Portal {
    /// Starts it in this scene, with its data in memory.
    pub fn start(scene: &Scene) -> Self {
        let ServerCertificate { ca, certificate, key } = scene.server();
        let port = ports::free_pair();
        let host = |port: u16| {
            format!(
                "listen = \"127.0.0.1:{port}\"\ncertificate = \"{}\"\nkey = \"{}\"\n",
                certificate.display(),
                key.display()
            )
        };
        let configuration = scene.place.write(
            "portal.toml",
            format!(
                "client_roots = [\"{}\"]\n[cns]\n{}[api]\n{}",
                scene.roots.display(),
                host(port),
                host(port + 1)
            ),
        );
        let profile = scene.place.write(
            "profile.toml",
            PROFILE
                .replace("{cns}", &port.to_string())
                .replace("{api}", &(port + 1).to_string()),
        );
        let mut portal = Self {
            profile,
            server_ca: ca,
            configuration,
            process: None,
        };
        portal.run(scene);
        portal
    }

    /// Starts it again; what it knew is gone with its memory.
    pub fn restart(&mut self, scene: &Scene) {
        self.process = None;
        self.run(scene);
    }

    /// Stops it.
    pub fn stop(&mut self) {
        self.process = None;
    }

    /// Everything it has logged.
    ///
    /// # Panics
    /// When it does not run.
    pub fn log(&self) -> String {
        self.process.as_ref().expect("a running portal").said()
    }

    /// The words that lead `cns login` or the window here.
    pub fn words(&self) -> [String; 5] {
        let path = |path: &PathBuf| path.display().to_string();
        [
            "--portal".to_owned(),
            path(&self.profile),
            "--server-ca".to_owned(),
            path(&self.server_ca),
            "--profile-read".to_owned(),
        ]
    }

    fn run(&mut self, scene: &Scene) {
        let mut command = scene.place.command(crate::programs::built("cns-portal"));
        command
            .arg("serve")
            .arg("--config")
            .arg(&self.configuration)
            .env("RUST_LOG", "trace");
        let mut process = Process::start(&command);
        process.wait_for("the portal", |said| said.contains("portal: ready").then_some(()));
        self.process = Some(process);
    }
}

const PROFILE: &str = r#"
schema = 1
id = "storie"
name = { it = "Portale delle storie", en = "Portal of the stories" }
owner = "Sportello"
kind = "api"
status = "verified"
hosts = ["localhost"]

[cns]
exchange_url = "https://localhost:{cns}"
api_url = "https://localhost:{api}"
"#;
