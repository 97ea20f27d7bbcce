//! A record on a server: the log's prefix over HTTP.

use plebiscite_board::reader::{Fetch, FetchError};

use super::http::{Http, HttpError, base_address};
use super::{ensure_plain, limit_of, source_error};

/// The log's prefix on a server.
#[derive(Clone, Debug)]
pub struct Remote<H> {
    base: String,
    http: H,
}

impl<H: Http> Remote<H> {
    /// A prefix, asked through `http`.
    ///
    /// # Errors
    /// [`HttpError::Address`].
    pub fn with(address: &str, http: H) -> Result<Self, HttpError> {
        Ok(Self { base: base_address(address)?, http })
    }
}

impl<H: Http> Fetch for Remote<H> {
    fn fetch(&self, path: &str) -> Result<Vec<u8>, FetchError> {
        ensure_plain(path)?;
        let address = format!("{}/{path}", self.base);
        let answer = self.http.get(&address, limit_of(path)).map_err(|error| match error {
            HttpError::TooLong { limit, .. } => FetchError::TooLong { path: path.to_owned(), limit },
            other => source_error(path, other),
        })?;
        match answer.status {
            200 => Ok(answer.body),
            404 | 410 => Err(FetchError::Missing { path: path.to_owned() }),
            status => Err(source_error(path, format!("{} answered with status {status}", self.base))),
        }
    }
}

#[cfg(test)]
#[cfg(feature = "fetch")]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::{Duration, Instant};

    use super::super::{Client, Limits};
    use super::*;

    /// A server on loopback that answers every connection by `answer` (given the connection's number from 0).
    fn server(answer: impl Fn(u32, &mut TcpStream) + Send + Sync + 'static) -> (String, Arc<AtomicU32>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/e/0011223344556677/", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicU32::new(0));
        let (counter, answer) = (asked.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, number) = (stream.unwrap(), counter.fetch_add(1, Ordering::SeqCst));
                let answer = answer.clone();
                std::thread::spawn(move || {
                    let mut request = [0; 4096];
                    let _ = stream.read(&mut request);
                    answer(number, &mut stream);
                });
            }
        });
        (address, asked)
    }

    fn remote(address: &str) -> Remote<Client> {
        let limits = Limits {
            connect: Duration::from_millis(500),
            request: Duration::from_millis(800),
            attempts: 2,
            pause: Duration::from_millis(10),
        };
        Remote::with(address, Client::new(limits)).unwrap()
    }

    fn say(stream: &mut TcpStream, text: &[u8]) {
        let _ = stream.write_all(text);
    }

    #[test]
    fn an_honest_answer_is_read_and_a_missing_file_is_named() {
        let (address, _) =
            server(|_, stream| say(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"));
        assert_eq!(remote(&address).fetch("checkpoint").unwrap(), b"hello");
        let (address, _) =
            server(|_, stream| say(stream, b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"));
        assert!(matches!(remote(&address).fetch("checkpoint"), Err(FetchError::Missing { .. })));
    }

    #[test]
    fn a_redirect_is_refused() {
        let (elsewhere, asked) =
            server(|_, stream| say(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"));
        let text =
            format!("HTTP/1.1 302 Found\r\nlocation: {elsewhere}checkpoint\r\ncontent-length: 0\r\n\r\n");
        let (address, _) = server(move |_, stream| say(stream, text.as_bytes()));
        let error = remote(&address).fetch("checkpoint").unwrap_err();
        assert!(error.to_string().contains("302"), "{error}");
        assert_eq!(asked.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn an_endless_body_is_cut_at_the_limit() {
        let (address, _) = server(|_, stream| {
            say(stream, b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
            while stream.write_all(&[b'x'; 4096]).is_ok() {}
        });
        let error = remote(&address).fetch("tile/0/000").unwrap_err();
        assert!(matches!(error, FetchError::TooLong { limit: 8_192, .. }), "{error}");
    }

    #[test]
    fn a_body_shorter_than_announced_is_no_body() {
        let (address, _) =
            server(|_, stream| say(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhello"));
        assert!(matches!(remote(&address).fetch("checkpoint"), Err(FetchError::Source { .. })));
    }

    #[test]
    fn a_server_that_is_slow_or_silent_is_left() {
        let (address, _) = server(|_, stream| {
            say(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n");
            for _ in 0..50 {
                say(stream, b"x");
                std::thread::sleep(Duration::from_millis(100));
            }
        });
        let begin = Instant::now();
        assert!(matches!(remote(&address).fetch("checkpoint"), Err(FetchError::Source { .. })));
        let (address, _) = server(|_, _| std::thread::sleep(Duration::from_secs(5)));
        assert!(matches!(remote(&address).fetch("checkpoint"), Err(FetchError::Source { .. })));
        assert!(begin.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn an_overloaded_server_is_asked_again_and_not_for_ever() {
        let busy: &[u8] = b"HTTP/1.1 503 Busy\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        let (address, asked) = server(move |number, stream| match number {
            0 => say(stream, busy),
            _ => say(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"),
        });
        assert_eq!(remote(&address).fetch("checkpoint").unwrap(), b"hello");
        assert_eq!(asked.load(Ordering::SeqCst), 2);
        let (address, asked) = server(move |_, stream| say(stream, busy));
        assert!(matches!(remote(&address).fetch("checkpoint"), Err(FetchError::Source { .. })));
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn garbage_instead_of_http_is_an_error() {
        let (address, _) = server(|_, stream| say(stream, b"\x00\xff not http at all\r\n\r\n"));
        assert!(matches!(remote(&address).fetch("checkpoint"), Err(FetchError::Source { .. })));
    }
}
