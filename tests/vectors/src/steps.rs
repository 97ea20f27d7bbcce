//! Transcripts step by step (§4): what is absorbed and drawn, by label, as the specification says it.
//!
//! The steps are written here from the specification's text, not taken from the library; makers compare both.

use plebiscite_crypto::group::{PointBytes, Scalar, scalar_from_wide};
use plebiscite_crypto::transcript::Transcript;
use serde_json::{Value, json};

use crate::json::unhex;

/// A transcript that remembers its steps.
#[derive(Clone)]
pub struct Steps {
    transcript: Transcript,
    steps: Vec<Value>,
}

impl Steps {
    /// A new transcript.
    #[must_use]
    pub fn new(label: &'static str) -> Self {
        Self { transcript: Transcript::new(label.as_bytes()), steps: vec![json!(["new", label])] }
    }

    /// Goes on in a transcript whose steps are told elsewhere.
    #[must_use]
    pub fn after(context: &Self) -> Self {
        Self { transcript: context.transcript.clone(), steps: Vec::new() }
    }

    /// The base setup (§4.1).
    #[must_use]
    pub fn setup(election: &[u8; 32], attempt: u32) -> Self {
        let mut steps = Self::new("plebiscite/v1");
        steps.absorb("fork", b"setup");
        steps.absorb("suite", b"ristretto255-merlin-sha2");
        steps.absorb("election-id", election);
        steps.absorb("generators", b"plebiscite/v1/generators");
        steps.absorb("attempt", &attempt.to_be_bytes());
        steps
    }

    /// A copy that is forked (§4).
    #[must_use]
    pub fn fork(&self, name: &str, count: u32) -> Self {
        let mut steps = self.clone();
        steps.absorb("fork", name.as_bytes());
        steps.absorb("count", &count.to_be_bytes());
        steps
    }

    /// Absorbs.
    pub fn absorb(&mut self, label: &'static str, value: &[u8]) {
        self.transcript.append_message(label.as_bytes(), value);
        self.steps.push(json!(["absorb", label, hex::encode(value)]));
    }

    /// Absorbs points of one label.
    pub fn points(&mut self, label: &'static str, points: &[PointBytes]) {
        points.iter().for_each(|point| self.absorb(label, &point.0));
    }

    /// Draws a challenge scalar.
    pub fn draw(&mut self, label: &'static str) -> Scalar {
        let mut wide = [0; 64];
        self.transcript.challenge_bytes(label.as_bytes(), &mut wide);
        let scalar = scalar_from_wide(&wide);
        self.steps.push(json!(["draw", label, hex::encode(scalar.as_bytes())]));
        scalar
    }

    /// Draws 32 challenge bytes.
    pub fn draw_bytes(&mut self, label: &'static str) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.transcript.challenge_bytes(label.as_bytes(), &mut bytes);
        self.steps.push(json!(["bytes", label, hex::encode(bytes)]));
        bytes
    }

    /// The transcript as it stands.
    #[must_use]
    pub fn transcript(&self) -> Transcript {
        self.transcript.clone()
    }

    /// The steps as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        Value::Array(self.steps.clone())
    }
}

/// Repeats written steps, compares every draw, and gives the transcript after them with all challenge scalars drawn.
///
/// # Panics
/// Where a draw differs, or a step is none.
#[must_use]
pub fn replay(begun: Option<Transcript>, steps: &[Value]) -> (Transcript, Vec<Scalar>) {
    let mut transcript = begun;
    let mut drawn = Vec::new();
    for step in steps {
        let text = |place: usize| step[place].as_str().unwrap();
        let label: &'static [u8] = Box::leak(text(1).to_owned().into_boxed_str()).as_bytes();
        if text(0) == "new" {
            assert!(transcript.is_none(), "a transcript begins twice");
            transcript = Some(Transcript::new(label));
            continue;
        }
        let transcript = transcript.as_mut().unwrap();
        let value = unhex(&step[2]);
        match text(0) {
            "absorb" => transcript.append_message(label, &value),
            "draw" => {
                let mut wide = [0; 64];
                transcript.challenge_bytes(label, &mut wide);
                let scalar = scalar_from_wide(&wide);
                assert_eq!(scalar.as_bytes().as_slice(), value, "drawn in {step}");
                drawn.push(scalar);
            }
            "bytes" => {
                let mut bytes = vec![0; value.len()];
                transcript.challenge_bytes(label, &mut bytes);
                assert_eq!(bytes, value, "drawn in {step}");
            }
            other => unreachable!("no step {other}"),
        }
    }
    (transcript.unwrap(), drawn)
}
