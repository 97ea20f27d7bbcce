//! Asking the worker's own origin by synchronous XMLHttpRequest, which workers may use.
//!
//! So the client that reads the log is the same code as in every other program. A browser hands a body over whole, so its
//! bound is judged after it came: the origin that serves the pages could as well serve endless pages.

use js_sys::{ArrayBuffer, Uint8Array};
use plebiscite_verifier::source::{Answer, Http, HttpError};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{XmlHttpRequest, XmlHttpRequestResponseType};

/// The longest wait for one whole request, in milliseconds.
const TIMEOUT: u32 = 60_000;

/// Asks one origin.
#[derive(Clone)]
pub struct Xhr {
    origin: String,
}

impl Xhr {
    /// Asks this origin and no other.
    pub fn new(origin: &str) -> Self {
        Self { origin: origin.to_owned() }
    }

    fn ask(
        &self,
        method: &str,
        address: &str,
        sent: Option<(&str, &[u8])>,
        limit: u64,
    ) -> Result<Answer, HttpError> {
        let own = address.strip_prefix(&self.origin).is_some_and(|path| path.starts_with('/'));
        if !own {
            return Err(HttpError::Address { address: address.to_owned() });
        }
        let unreached =
            |reason: &str| HttpError::Unreached { address: address.to_owned(), reason: reason.to_owned() };
        let request = send(method, address, sent).map_err(|error| unreached(&words(&error)))?;
        if request.response_url() != address {
            return Err(unreached("a redirect, which is not followed"));
        }
        let status = request.status().map_err(|error| unreached(&words(&error)))?;
        let body = request.response().map_err(|error| unreached(&words(&error)))?;
        let body = body.dyn_into::<ArrayBuffer>().map_err(|_| unreached("there is no body"))?;
        let body = Uint8Array::new(&body);
        if u64::from(body.length()) > limit {
            return Err(HttpError::TooLong { address: address.to_owned(), limit });
        }
        let header = |name: &str| request.get_response_header(name).ok().flatten().unwrap_or_default();
        let media_type = header("content-type");
        let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let retry_after = header("retry-after").trim().parse().ok();
        Ok(Answer { status, media_type, retry_after, body: body.to_vec() })
    }
}

impl Http for Xhr {
    fn get(&self, address: &str, limit: u64) -> Result<Answer, HttpError> {
        self.ask("GET", address, None, limit)
    }

    fn post(&self, address: &str, media_type: &str, body: &[u8], limit: u64) -> Result<Answer, HttpError> {
        self.ask("POST", address, Some((media_type, body)), limit)
    }
}

fn send(method: &str, address: &str, sent: Option<(&str, &[u8])>) -> Result<XmlHttpRequest, JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open_with_async(method, address, false)?;
    request.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
    request.set_timeout(TIMEOUT);
    match sent {
        None => request.send()?,
        Some((media_type, body)) => {
            request.set_request_header("content-type", media_type)?;
            request.send_with_opt_u8_array(Some(body))?;
        }
    }
    Ok(request)
}

/// What a browser says of a failed request.
fn words(error: &JsValue) -> String {
    let error = error.dyn_ref::<js_sys::Error>();
    error.map_or_else(|| "the browser does not say why".to_owned(), |error| error.message().into())
}
