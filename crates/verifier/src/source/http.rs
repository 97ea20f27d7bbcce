//! What asks servers, whatever it is made of: a trait, its answers, its errors. No network here, and it builds for wasm32.
//!
//! A server is not trusted with anything but its own time: it can refuse and delay, and no more.

use thiserror::Error;

/// Asks servers: over sockets in the roles' programs, by the browser's own requests in a page's worker.
///
/// Whoever implements it bounds every wait, reads no more than the limit, and follows no redirect.
pub trait Http {
    /// Gets a resource of at most `limit` bytes.
    ///
    /// # Errors
    /// [`HttpError`]. Every status is an answer.
    fn get(&self, address: &str, limit: u64) -> Result<Answer, HttpError>;

    /// Posts a body; the answer has at most `limit` bytes. It may be repeated: every post of this protocol means the same when
    /// it arrives twice.
    ///
    /// # Errors
    /// [`HttpError`]. Every status is an answer.
    fn post(&self, address: &str, media_type: &str, body: &[u8], limit: u64) -> Result<Answer, HttpError>;
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HttpError {
    /// Not an address that can be asked.
    #[error("{address} is not an http or https address")]
    Address {
        /// What was given.
        address: String,
    },
    /// The server was not reached, or broke off.
    #[error("{address} cannot be reached: {reason}")]
    Unreached {
        /// What was asked.
        address: String,
        /// What went wrong.
        reason: String,
    },
    /// The answer is longer than anything that may stand there.
    #[error("{address} answered with more than {limit} bytes")]
    TooLong {
        /// What was asked.
        address: String,
        /// The greatest length that is read.
        limit: u64,
    },
}

/// An answer of any status; redirects are answers too and are not followed.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The media type, without parameters; empty if there is none.
    pub media_type: String,
    /// Seconds after which to try again, where the server says so.
    pub retry_after: Option<u64>,
    /// The body.
    pub body: Vec<u8>,
}

/// An address of the web with a host, without query, fragment, user and last slash.
///
/// # Errors
/// [`HttpError::Address`].
pub fn base_address(address: &str) -> Result<String, HttpError> {
    let refused = || HttpError::Address { address: address.to_owned() };
    let (scheme, rest) = address.split_once("://").ok_or_else(refused)?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = host_and_port(authority);
    let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let port_is_one = port.is_none_or(|port| port.parse::<u16>().is_ok());
    if web && is_host(host) && port_is_one && path.bytes().all(is_of_path) {
        return Ok(address.trim_end_matches('/').to_owned());
    }
    Err(refused())
}

/// The host of an address, without the brackets of an IPv6 address; empty if there is none.
#[cfg(feature = "fetch")]
#[must_use]
pub fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    host_and_port(authority).0.trim_matches(['[', ']'])
}

/// The colons of an IPv6 address stand in brackets, and separate no port.
fn host_and_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return inner.parse::<std::net::Ipv6Addr>().is_ok();
    }
    !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

fn is_of_path(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"?#@\"<>\\^`{|}".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_a_scheme_a_host_and_nothing_after_the_path() {
        assert_eq!(base_address("http://127.0.0.1:80/e/00/").unwrap(), "http://127.0.0.1:80/e/00");
        assert_eq!(base_address("https://vote.example").unwrap(), "https://vote.example");
        assert_eq!(base_address("http://[::1]:80/").unwrap(), "http://[::1]:80");
        assert_eq!(base_address("HTTP://localhost").unwrap(), "HTTP://localhost");
        let parts =
            ["", "http://", "http:///e", "http://:80/", "ftp://a/", "a/b", "http://a/?q", "http://a/#f"];
        let signs =
            ["http://u@a/", "http://a b/", "http://a?q", "http://a:99999/", "http://a:/", "http://[a]/"];
        for bad in parts.into_iter().chain(signs).chain(["http://::1/", "http://a/\n", "http://a\\b"]) {
            assert!(base_address(bad).is_err(), "{bad}");
        }
    }

    #[cfg(feature = "fetch")]
    #[test]
    fn the_host_of_an_address_is_without_port_and_brackets() {
        assert_eq!(host("http://127.0.0.1:80/e/00/"), "127.0.0.1");
        assert_eq!(host("http://[::1]:80/"), "::1");
        assert_eq!(host("https://vote.example"), "vote.example");
        assert_eq!(host("vote.example"), "");
    }
}
