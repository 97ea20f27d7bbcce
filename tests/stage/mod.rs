//! A stage for stories about whole elections: one folder, one server, and every role a program of its own, with its own
//! folder, passphrase and key. Nothing here holds a role's secret.
#![allow(dead_code, reason = "each story uses what it needs")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// How long the server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);
/// All of a story's voters come from one address, as fast as they can.
const LIMITS: &str = "[limits]\ncasts_per_second_per_address = 1000000\ncasts_per_second = 1000000\nacts_per_second_per_address = 1000000\n";

/// The folder of the roles' programs; built here where nobody has said where they are.
fn programs() -> PathBuf {
    if let Some(folder) = std::env::var_os("PLEBISCITE_PROGRAMS") {
        return PathBuf::from(folder);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--workspace", "--bins"]).current_dir(root);
    assert!(build.status().unwrap().success(), "the roles' programs cannot be built");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    target.join("debug")
}

/// The stage. Its server ends with it.
pub struct Stage {
    programs: PathBuf,
    folder: TempDir,
    server: Option<Child>,
    /// The server's address, `http://127.0.0.1:…`.
    pub site: String,
}

impl Stage {
    /// An empty stage.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("server.toml"), LIMITS).unwrap();
        Self { programs: programs(), folder, server: None, site: String::new() }
    }

    /// A path on the stage.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The same as text.
    pub fn text(&self, name: &str) -> String {
        self.path(name).to_string_lossy().into_owned()
    }

    /// The passphrase of a role's vaults: everyone has another.
    pub fn passphrase(role: &str) -> String {
        format!("the passphrase of {role}")
    }

    /// A role's program with its folder and passphrase.
    pub fn program(&self, program: &str, role: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command
            .args(arguments)
            .env("PLEBISCITE_FOLDER", self.path(role))
            .env("PLEBISCITE_PASSPHRASE", Self::passphrase(role))
            .stdin(Stdio::null());
        command
    }

    /// Runs a role's program.
    pub fn output(&self, program: &str, role: &str, arguments: &[&str]) -> Output {
        self.program(program, role, arguments).output().unwrap()
    }

    /// Runs a role's program, which must succeed; what it printed.
    pub fn run(&self, program: &str, role: &str, arguments: &[&str]) -> String {
        let output = self.output(program, role, arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {arguments:?} by {role} ({}): {said}", output.status);
        String::from_utf8(output.stdout).unwrap()
    }

    /// Starts the server on the board's folder and waits for its address.
    pub fn start_server(&mut self) {
        let address = self.path("address");
        let _ = fs::remove_file(&address);
        let log = fs::File::create(self.path("server.log")).unwrap();
        let child = Command::new(self.programs.join("plebiscite-server"))
            .arg("--config")
            .arg(self.path("server.toml"))
            .arg("--data")
            .arg(self.path("board"))
            .args(["serve", "--while-stdin", "--listen", "127.0.0.1:0", "--address-file"])
            .arg(&address)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        self.server = Some(child.unwrap());
        let begun = Instant::now();
        while !address.exists() {
            assert!(begun.elapsed() < PATIENCE, "the server does not start: see {}", self.text("server.log"));
            std::thread::sleep(Duration::from_millis(10));
        }
        self.site = format!("http://{}", fs::read_to_string(&address).unwrap());
    }

    /// Ends the server without any warning.
    pub fn kill_server(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }

    /// A command of the server's operator on the board's folder.
    pub fn operator(&self, arguments: &[&str]) -> String {
        let board = self.text("board");
        self.run("plebiscite-server", "operator", &[&["--data", &board], arguments].concat())
    }

    /// The log's address, of the election with this id.
    pub fn record(&self, id: &str) -> String {
        format!("{}/e/{}/", self.site, &id[..16])
    }

    /// What `plebiscite-verify` says of a record, and its exit code.
    pub fn verify(&self, record: &str, id: &str) -> (Option<i32>, Value) {
        let arguments = ["record", record, "--election", id, "--json"];
        let output = Command::new(self.programs.join("plebiscite-verify")).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let report = serde_json::from_slice(&output.stdout);
        (output.status.code(), report.unwrap_or_else(|error| panic!("{record}: {error}: {said}")))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.kill_server();
    }
}
