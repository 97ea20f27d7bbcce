//! The HTTP client of all roles' programs: every wait bounded, every body bounded, no redirect followed.

use std::io::Read;
use std::time::Duration;

use ureq::http::Uri;
use ureq::{Agent, Body, Error as UreqError};

use super::http::{Answer, Http, HttpError};

/// How long to wait, and how often to ask again.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For a connection.
    pub connect: Duration,
    /// For one whole request, its answer's body included.
    pub request: Duration,
    /// How many times a request that can be repeated is sent at most, at least 1.
    pub attempts: u32,
    /// The wait before the second attempt; doubled before each further one.
    pub pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            request: Duration::from_secs(60),
            attempts: 4,
            pause: Duration::from_millis(250),
        }
    }
}

impl Limits {
    /// For acts of officials, trustees and registrars: a server judges some of them for minutes.
    #[must_use]
    pub fn for_acts() -> Self {
        Self { request: Duration::from_secs(900), ..Self::default() }
    }
}

/// Asks servers.
#[derive(Clone, Debug)]
pub struct Client {
    /// By the proxy of the environment, if there is one.
    agent: Agent,
    /// For servers on this machine.
    direct: Agent,
    limits: Limits,
}

impl Default for Client {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl Client {
    /// A client with limits of its own. Proxies of the environment are used, except for this machine itself.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let config = |builder: ureq::config::ConfigBuilder<ureq::typestate::AgentScope>| {
            Agent::from(
                builder
                    .http_status_as_error(false)
                    .max_redirects(0)
                    .max_redirects_will_error(false)
                    .timeout_connect(Some(limits.connect))
                    .timeout_global(Some(limits.request))
                    .max_response_header_size(32 * 1024)
                    .user_agent("plebiscite")
                    .build(),
            )
        };
        let direct = config(Agent::config_builder().proxy(None));
        Self { agent: config(Agent::config_builder()), direct, limits }
    }

    fn agent_for(&self, address: &str) -> &Agent {
        let uri = address.parse::<Uri>().ok();
        let host = uri.as_ref().and_then(Uri::host).unwrap_or_default().trim_matches(['[', ']']);
        let here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if here { &self.direct } else { &self.agent }
    }

    fn repeat(&self, mut ask: impl FnMut() -> Result<Answer, HttpError>) -> Result<Answer, HttpError> {
        let mut pause = self.limits.pause;
        let mut last = ask();
        for _ in 1..self.limits.attempts {
            let wait = match &last {
                Err(HttpError::Unreached { .. }) => pause,
                Ok(answer) if matches!(answer.status, 429 | 502 | 503 | 504) => {
                    answer.retry_after.map_or(pause, Duration::from_secs).clamp(pause, self.limits.request)
                }
                _ => return last,
            };
            std::thread::sleep(wait);
            pause = pause.saturating_mul(2);
            last = ask();
        }
        last
    }

    fn receive(
        &self,
        address: &str,
        limit: u64,
        sent: Result<ureq::http::Response<Body>, UreqError>,
    ) -> Result<Answer, HttpError> {
        let mut response = sent.map_err(|error| unreached(address, error))?;
        let header = |name: &str| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let media_type = header("content-type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let retry_after = header("retry-after").and_then(|text| text.trim().parse().ok());
        let mut body = Vec::new();
        let reader = response.body_mut().as_reader();
        reader
            .take(limit.saturating_add(1))
            .read_to_end(&mut body)
            .map_err(|error| unreached(address, error))?;
        if body.len() as u64 > limit {
            return Err(HttpError::TooLong { address: address.to_owned(), limit });
        }
        Ok(Answer { status: response.status().as_u16(), media_type, retry_after, body })
    }
}

impl Http for Client {
    fn get(&self, address: &str, limit: u64) -> Result<Answer, HttpError> {
        self.repeat(|| self.receive(address, limit, self.agent_for(address).get(address).call()))
    }

    fn post(&self, address: &str, media_type: &str, body: &[u8], limit: u64) -> Result<Answer, HttpError> {
        self.repeat(|| {
            let sent = self.agent_for(address).post(address).header("content-type", media_type).send(body);
            self.receive(address, limit, sent)
        })
    }
}

fn unreached(address: &str, error: impl ToString) -> HttpError {
    HttpError::Unreached { address: address.to_owned(), reason: error.to_string() }
}
