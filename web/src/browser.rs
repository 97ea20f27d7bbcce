//! What JavaScript sees: a session whose device is the browser, and ballots from a given seed.

use js_sys::{Function, JsString};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use crate::arguments::Answer;
use crate::failure::Failure;
use crate::record::PublicRecord;
use crate::seeded::SeededBallots;
use crate::session::{Device, Session};
use crate::xhr::Xhr;

/// The browser, in a worker of one origin.
struct Browser {
    origin: String,
}

impl Device for Browser {
    type Http = Xhr;

    fn http(&self) -> Xhr {
        Xhr::new(&self.origin)
    }

    fn fresh(&self) -> Result<[u8; 32], Failure> {
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh).map_err(|error| Failure::new("no-randomness", error))?;
        Ok(fresh)
    }

    fn now(&self) -> u64 {
        // Milliseconds far below 2^53.
        (js_sys::Date::now() / 1_000.0) as u64
    }
}

/// The session of a worker.
#[wasm_bindgen(js_name = Session)]
pub struct BrowserSession(Session<Browser>);

#[wasm_bindgen(js_class = Session)]
impl BrowserSession {
    /// A session that asks this origin only.
    #[wasm_bindgen(constructor)]
    pub fn new(origin: &str) -> Self {
        Self(Session::new(Browser { origin: origin.to_owned() }))
    }

    /// Does a call with its arguments as JSON; gives the answer as JSON. Progress is told as JSON, one argument.
    pub fn call(&mut self, call: &str, arguments: String, progress: &Function) -> String {
        let arguments = Zeroizing::new(arguments);
        let mut tell = |value: serde_json::Value| {
            let told = JsString::from(value.to_string());
            // A page that has gone away is told nothing; the call goes on.
            let _ = progress.call1(&JsValue::NULL, &told);
        };
        self.0.call(call, &arguments, &mut tell).to_string()
    }
}

#[wasm_bindgen]
impl SeededBallots {
    /// Checks the public record, given as JSON.
    #[wasm_bindgen(constructor)]
    pub fn from_json(record: &str) -> Result<Self, JsError> {
        let record: PublicRecord = serde_json::from_str(record)?;
        Self::of(&record).map_err(error)
    }

    /// The unsigned bytes of a ballot: the answers as a JSON array, null for blank, and 32 bytes of seed.
    pub fn ballot_from_seed(&self, answers: &str, seed: &[u8]) -> Result<Vec<u8>, JsError> {
        let answers: Vec<Option<Answer>> = serde_json::from_str(answers)?;
        let seed = seed.try_into().map_err(|_| JsError::new("a seed has 32 bytes"))?;
        self.body(&answers, seed).map_err(error)
    }
}

fn error(failure: Failure) -> JsError {
    JsError::new(&format!("{}: {}", failure.code, failure.message))
}
