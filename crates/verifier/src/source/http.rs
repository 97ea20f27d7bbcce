//! Asking servers over HTTP: what is asked, what is answered, and who asks.
//!
//! A server is not trusted with anything but its own time: it can refuse and delay, and no more.

use thiserror::Error;

/// Whoever can ask a server: the roles' programs over sockets, a page's worker over its browser.
///
/// Every wait and every body is bounded, no redirect is followed, and an answer of any status is an answer.
pub trait Http {
    /// Gets a resource of at most `limit` bytes.
    ///
    /// # Errors
    /// [`HttpError`].
    fn get(&self, address: &str, limit: u64) -> Result<Answer, HttpError>;

    /// Posts a body; the answer has at most `limit` bytes. May be repeated: every post of this protocol means the same when
    /// it arrives twice.
    ///
    /// # Errors
    /// [`HttpError`].
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

/// An address of the web with a host, without query, fragment and last slash.
///
/// # Errors
/// [`HttpError::Address`].
pub fn base_address(address: &str) -> Result<String, HttpError> {
    let refused = || HttpError::Address { address: address.to_owned() };
    let rest =
        address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).ok_or_else(refused)?;
    let (host, _) = rest.split_once('/').unwrap_or((rest, ""));
    let plain = rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#@\\<>\"^`{|}".contains(&byte));
    if host.is_empty() || host.starts_with(':') || !plain {
        return Err(refused());
    }
    Ok(address.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_a_scheme_a_host_and_nothing_after_the_path() {
        assert_eq!(base_address("http://127.0.0.1:80/e/00/").unwrap(), "http://127.0.0.1:80/e/00");
        assert_eq!(base_address("https://vote.example").unwrap(), "https://vote.example");
        for bad in [
            "",
            "http://",
            "ftp://a/",
            "a/b",
            "http://a/?q",
            "http://a/#f",
            "http://u@a/",
            "http://a b/",
            "http://:80/",
            "http:///a",
        ] {
            assert!(base_address(bad).is_err(), "{bad}");
        }
    }
}
