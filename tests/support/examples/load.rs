//! Casts ballots that were made before at a server over HTTP/1.1, and says how that went, as JSON: for measurements.
//!
//! `load ADDRESS PREFIX BALLOTS LENGTH CONNECTIONS SECONDS`: `BALLOTS` holds entries of `LENGTH` bytes, one after the other.
//! Each connection sends one ballot and waits for its receipt; what is told to come again comes again after the pause that
//! the server names. A latency is the time from a ballot's first sending to its receipt.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement that fails must fail where it stands"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

/// What every receipt begins with.
const RECEIPT: &[u8] = b"c2sp.org/tlog-proof@v1\n";

#[derive(Default)]
struct Found {
    milliseconds: Vec<f64>,
    told_to_wait: u64,
    last_index: u64,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what: &str| arguments.next().unwrap_or_else(|| panic!("missing: {what}"));
    let (address, prefix, file) = (next("the address"), next("the prefix"), next("the ballots"));
    let mut number = |what: &str| -> usize { next(what).parse().expect("a number") };
    let (length, connections, seconds) = (number("the length"), number("connections"), number("seconds"));
    let bytes = std::fs::read(file).unwrap();
    let ballots: Vec<&[u8]> = bytes.chunks_exact(length).collect();
    let taken = AtomicUsize::new(0);
    let begun = Instant::now();
    let end = begun + Duration::from_secs(seconds as u64);
    let found: Vec<Found> = std::thread::scope(|scope| {
        let one = || cast(&address, &prefix, &ballots, &taken, end);
        let threads: Vec<_> = (0..connections).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let elapsed = begun.elapsed().as_secs_f64();
    let mut all: Vec<f64> = found.iter().flat_map(|found| &found.milliseconds).copied().collect();
    all.sort_by(f64::total_cmp);
    let at = |share: f64| all.get(((all.len() as f64) * share) as usize).copied();
    let report = json!({
        "receipts": all.len(),
        "seconds": elapsed,
        "receipts_per_s": all.len() as f64 / elapsed,
        "p50_ms": at(0.5),
        "p99_ms": at(0.99),
        "most_ms": all.last(),
        "told_to_wait": found.iter().map(|found| found.told_to_wait).sum::<u64>(),
        "last_index": found.iter().map(|found| found.last_index).max(),
        "all_were_cast": taken.load(Ordering::Relaxed) >= ballots.len(),
        "cpu_seconds": cpu_seconds(),
    });
    println!("{report}");
}

/// Casts over one connection until the time is over or no ballot is left.
fn cast(address: &str, prefix: &str, ballots: &[&[u8]], taken: &AtomicUsize, end: Instant) -> Found {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream);
    let mut found = Found::default();
    while Instant::now() < end {
        let Some(ballot) = ballots.get(taken.fetch_add(1, Ordering::Relaxed)) else { return found };
        let head = format!(
            "POST /api/v1/e/{prefix}/ballots HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\n\r\n",
            ballot.len()
        );
        let request = [head.as_bytes(), ballot].concat();
        let sent = Instant::now();
        loop {
            reader.get_mut().write_all(&request).unwrap();
            let (status, wait, body) = answer(&mut reader);
            match status {
                200 => {
                    assert!(body.starts_with(RECEIPT));
                    found.milliseconds.push(sent.elapsed().as_secs_f64() * 1_000.0);
                    found.last_index = found.last_index.max(index_of(&body));
                    break;
                }
                429 | 503 => {
                    found.told_to_wait += 1;
                    std::thread::sleep(Duration::from_secs(wait.expect("a pause")));
                }
                other => panic!("status {other}: {}", String::from_utf8_lossy(&body)),
            }
        }
    }
    found
}

/// Status, pause and body of an answer.
fn answer(reader: &mut BufReader<TcpStream>) -> (u16, Option<u64>, Vec<u8>) {
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let status = line.split(' ').nth(1).expect("a status").parse().unwrap();
    let (mut length, mut wait) = (0, None);
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "retry-after" => wait = value.parse().ok(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (status, wait, body)
}

/// The index that a receipt names.
fn index_of(receipt: &[u8]) -> u64 {
    let text = std::str::from_utf8(receipt).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("index ")).expect("an index");
    line.parse().unwrap()
}

/// Processor time of this program so far, where the system says it: in hundredths of a second.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, rest) = stat.rsplit_once(") ")?;
    let mut fields = rest.split(' ').skip(11);
    let mut time = || fields.next()?.parse::<f64>().ok();
    Some((time()? + time()?) / 100.0)
}
