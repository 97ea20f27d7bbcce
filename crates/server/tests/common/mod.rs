//! A server within the test's process, on loopback, and a plain client for it.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a fixture fails where it stands"
)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use plebiscite_board::entry_bundle;
use plebiscite_server::config::{Config, Limits};
use plebiscite_server::{inbox, serve};
use plebiscite_support::Election;
use serde_json::Value;
use tokio::sync::watch;

pub struct Server {
    stop: watch::Sender<bool>,
    thread: std::thread::JoinHandle<Result<(), serve::ServeError>>,
    pub address: SocketAddr,
    data: std::path::PathBuf,
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's value; empty where there is none.
    pub fn header(&self, name: &str) -> String {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(own, _)| *own == name).map(|(_, value)| value.to_owned()).collect()
    }

    /// Fails unless this is a problem document of this status and code.
    pub fn is(&self, status: u16, code: &str) {
        assert_eq!(self.problem(), (status, code.to_owned()), "{}", String::from_utf8_lossy(&self.body));
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// Status and code of a problem document; fails if the answer is none.
    pub fn problem(&self) -> (u16, String) {
        assert!(self.head.contains("application/problem+json"), "{}", self.head);
        let document = self.json();
        assert_eq!(document["status"], self.status);
        assert!(["type", "title", "detail"].iter().all(|member| document[member].is_string()), "{document}");
        (self.status, document["code"].as_str().unwrap().to_owned())
    }
}

pub fn data_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("board.key");
    std::fs::write(&path, hex::encode(plebiscite_support::key_of("board", 0).to_bytes())).unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    folder
}

pub fn config(data: &Path) -> Config {
    let limits = Limits {
        casts_per_second_per_address: 10_000,
        ballots_per_minute_per_credential: 3,
        header_timeout_ms: 400,
        request_timeout_ms: 2_000,
        ..Limits::default()
    };
    Config {
        data: data.to_owned(),
        listen: "127.0.0.1:0".parse().unwrap(),
        address_file: Some(data.join("address")),
        limits,
        ..Config::default()
    }
}

impl Server {
    pub fn start(data: &Path) -> Self {
        Self::start_with(config(data)).unwrap()
    }

    pub fn start_with(config: Config) -> Result<Self, serve::ServeError> {
        let (file, data) = (config.address_file.clone().unwrap(), config.data.clone());
        let _ = std::fs::remove_file(&file);
        let (stop, stopped) = watch::channel(false);
        let thread = std::thread::spawn(move || {
            tokio::runtime::Runtime::new().unwrap().block_on(serve::serve(config, stopped))
        });
        let begun = Instant::now();
        while !file.exists() {
            assert!(begun.elapsed() < Duration::from_secs(20), "the server does not start");
            if thread.is_finished() {
                return Err(thread.join().unwrap().unwrap_err());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let address = std::fs::read_to_string(&file).unwrap().parse().unwrap();
        Ok(Self { stop, thread, address, data })
    }

    pub fn stop(self) {
        self.stop.send(true).unwrap();
        self.thread.join().unwrap().unwrap();
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n"), &[])
    }

    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n{headers}\r\n"), &[])
    }

    pub fn post(&self, path: &str, body: &[u8]) -> Answer {
        let length = body.len();
        self.send(
            &format!(
                "POST {path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
            ),
            body,
        )
    }

    pub fn send(&self, head: &str, body: &[u8]) -> Answer {
        let mut stream = self.connect();
        stream.write_all(head.as_bytes()).unwrap();
        // A server that has answered already may have closed its end.
        drop(stream.write_all(body));
        read_answer(&mut stream)
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// Hands over an election as far as it goes: its prefix.
    pub fn hold(&self, election: &Election) -> String {
        let manifest = election.manifest_entries();
        let bundle = entry_bundle::encode(&manifest).unwrap();
        let id = inbox::drop_and_wait(&self.data, &bundle, Duration::from_secs(10)).unwrap().id;
        for entries in election.entries[manifest.len()..].chunks(100) {
            self.enter(&id[..16], entries);
        }
        id[..16].to_owned()
    }

    pub fn enter(&self, prefix: &str, entries: &[Vec<u8>]) -> Value {
        let answer =
            self.post(&format!("/api/v1/e/{prefix}/entries"), &entry_bundle::encode(entries).unwrap());
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        answer.json()
    }

    pub fn cast(&self, prefix: &str, entry: &[u8]) -> Answer {
        self.post(&format!("/api/v1/e/{prefix}/ballots"), entry)
    }
}

pub fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    drop(stream.read_to_end(&mut bytes));
    let cut = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(&bytes[..cut]).to_lowercase();
    let status = head.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0);
    Answer { status, head, body: bytes.get(cut + 4..).unwrap_or_default().to_vec() }
}
