//! The programs that are measured: built, started on loopback, looked at, ended.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::command::{self, target};
use crate::long::{most_resident, only_entry};

/// How often a server that starts is asked.
const LOOK: Duration = Duration::from_millis(10);
/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(900);

/// Builds what is measured, optimised: the folder in which it is.
///
/// # Errors
/// A sentence, where that fails.
pub fn build() -> Result<PathBuf, String> {
    command::build(&["plebiscite-server", "plebiscite-verify"], &["long", "held", "load", "elections"], true)
}

/// A program of the workspace.
pub fn program(name: &str) -> Command {
    Command::new(target().join("release").join(name))
}

/// An example of the tests' support.
pub fn example(name: &str) -> Command {
    Command::new(target().join("release/examples").join(name))
}

/// Makes a log, or takes the one that an earlier run made from the same arguments.
///
/// # Errors
/// A sentence, where that fails.
pub fn made(folder: &Path, arguments: &[&str]) -> Result<(), String> {
    made_by("long", folder, arguments)
}

/// Makes the log of a vote that was held to its end, or takes the one that an earlier run made.
///
/// # Errors
/// A sentence, where that fails.
pub fn held(folder: &Path, arguments: &[&str]) -> Result<(), String> {
    made_by("held", folder, arguments)
}

fn made_by(name: &str, folder: &Path, arguments: &[&str]) -> Result<(), String> {
    if folder.join("log/checkpoint").exists() {
        return Ok(());
    }
    command::run("making a log", example(name).arg(folder).args(arguments).stdout(Stdio::null()))
}

/// A data folder without elections, with the board's key.
///
/// # Errors
/// A sentence, where that fails.
pub fn empty_data(folder: &Path) -> Result<PathBuf, String> {
    let data = folder.join("data");
    let failed = |error: std::io::Error| format!("{}: {error}", data.display());
    if data.exists() {
        std::fs::remove_dir_all(&data).map_err(failed)?;
    }
    std::fs::create_dir_all(&data).map_err(failed)?;
    std::fs::copy(folder.join("board.key"), data.join("board.key")).map_err(failed)?;
    Ok(data)
}

/// A server on loopback; it is killed when it is dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: String,
    /// The first digits of the id of its only election.
    pub prefix: String,
    /// Seconds until it answered with the log's checkpoint.
    pub seconds: f64,
}

impl Server {
    /// Starts a server and waits until it serves its only election's checkpoint.
    ///
    /// # Errors
    /// A sentence, where it does not.
    pub fn start(data: &Path, settings: Option<&str>) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("the server: {error}");
        let place = data.join("address");
        let _ = std::fs::remove_file(&place);
        let prefix = only_entry(&data.join("elections"))?;
        let mut start = program("plebiscite-server");
        start.arg("--data").arg(data);
        if let Some(settings) = settings {
            let file = data.join("server.toml");
            std::fs::write(&file, settings).map_err(failed)?;
            start.arg("--config").arg(file);
        }
        start.args(["serve", "--listen", "127.0.0.1:0", "--address-file"]).arg(&place);
        let begun = Instant::now();
        let child = start.stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(failed)?;
        let mut server = Self { child, address: String::new(), prefix, seconds: 0.0 };
        while begun.elapsed() < PATIENCE {
            if let Some(status) = server.child.try_wait().map_err(failed)? {
                return Err(format!("the server ended ({status})"));
            }
            server.address = std::fs::read_to_string(&place).unwrap_or_default();
            if !server.address.is_empty() && server.size().is_some() {
                server.seconds = begun.elapsed().as_secs_f64();
                return Ok(server);
            }
            std::thread::sleep(LOOK);
        }
        Err("the server does not start".to_owned())
    }

    /// Entries of the checkpoint that it serves.
    pub fn size(&self) -> Option<u64> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        let request =
            format!("GET /e/{}/checkpoint HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n", self.prefix);
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, note) = answer.split_once("\r\n\r\n")?;
        let served = head.starts_with("HTTP/1.1 200");
        note.lines().nth(1).filter(|_| served)?.parse().ok()
    }

    /// Its most resident memory so far, in MiB.
    pub fn mebibytes(&self) -> u64 {
        most_resident(&self.child).unwrap_or(0) / 1024
    }

    /// Its processor time so far, in seconds, where the system says it.
    pub fn cpu_seconds(&self) -> Option<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        let (_, rest) = stat.rsplit_once(") ")?;
        let mut fields = rest.split(' ').skip(11);
        let mut time = || fields.next()?.parse::<f64>().ok();
        Some((time()? + time()?) / 100.0)
    }

    /// Kills it, as a power cut would.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
