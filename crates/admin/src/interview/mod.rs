//! A draft by questions, asked one by one: each answer is checked at once, none is ever lost, and there is a way back.
//!
//! The questions are one straight function ([`script`]) of the answers given so far: it stops at the first question that has
//! no answer that can be read. So whatever is answered, changed or taken back, what is asked next follows from it.

mod decisions;
mod parties;
mod reading;
mod script;

use std::collections::BTreeMap;

use plebiscite_election::manifest::document::Document;
use plebiscite_election::manifest::time::Time;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The version of the file of answers.
const FORMAT: &str = "plebiscite-interview/v1";

/// The answers, by the names of their questions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers(BTreeMap<String, String>);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    answers: BTreeMap<String, String>,
}

/// Why a file holds no answers.
#[derive(Debug, Error)]
pub enum AnswersError {
    /// Not the JSON document.
    #[error("the file holds no answers: {0}")]
    Json(#[from] serde_json::Error),
    /// Another format or version.
    #[error("the file holds no answers of this version")]
    Format,
}

impl Answers {
    /// Reads a file of answers.
    ///
    /// # Errors
    /// [`AnswersError`].
    pub fn read(bytes: &[u8]) -> Result<Self, AnswersError> {
        let file: File = serde_json::from_slice(bytes)?;
        if file.format == FORMAT { Ok(Self(file.answers)) } else { Err(AnswersError::Format) }
    }

    /// Whether nothing is answered yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The file.
    ///
    /// # Errors
    /// [`AnswersError::Json`], which texts never give.
    pub fn to_file(&self) -> Result<Vec<u8>, AnswersError> {
        let file = File { format: FORMAT.to_owned(), answers: self.0.clone() };
        let mut bytes = serde_json::to_vec_pretty(&file)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// A question that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its name, under which the answer is kept.
    pub key: String,
    /// What is asked.
    pub prompt: String,
    /// More about it.
    pub help: String,
    /// What an empty answer means.
    pub default: Option<String>,
    /// Why the answer that is kept cannot be taken, and how to mend it.
    pub fault: Option<String>,
}

/// Where an interview stands.
#[derive(Clone, Debug)]
pub enum Turn {
    /// This is asked.
    Ask(Question),
    /// All is answered.
    Done(Box<Document>),
}

/// An interview.
#[derive(Clone, Debug, Default)]
pub struct Interview {
    answers: Answers,
    /// The question that is asked again, with the answer that it had as its default.
    again: Option<String>,
    /// What time it is, where that is known: for what is said of times, and for nothing that is written.
    now: Option<Time>,
}

impl Interview {
    /// An interview that goes on where these answers end.
    #[must_use]
    pub const fn with(answers: Answers) -> Self {
        Self { answers, again: None, now: None }
    }

    /// The same, told what time it is: it says so of times that have passed.
    #[must_use]
    pub fn at(self, now: Time) -> Self {
        Self { now: Some(now), ..self }
    }

    /// The answers so far.
    #[must_use]
    pub const fn answers(&self) -> &Answers {
        &self.answers
    }

    /// What is asked now.
    #[must_use]
    pub fn turn(&self) -> Turn {
        self.walk().0
    }

    /// Answers the question that is asked; an empty answer means its default. Says what follows from the answer.
    ///
    /// # Errors
    /// What is wrong with the answer and how to mend it; nothing has changed.
    pub fn answer(&mut self, text: &str) -> Result<Vec<String>, String> {
        let Turn::Ask(question) = self.turn() else { return Ok(Vec::new()) };
        let given = match (text.trim(), &question.default) {
            ("", Some(default)) => default.as_str(),
            ("", None) => return Err("an answer is needed here".to_owned()),
            (given, _) => given,
        };
        let before = self.clone();
        self.answers.0.insert(question.key.clone(), given.to_owned());
        self.again = None;
        let (turn, asker) = self.walk();
        if let Turn::Ask(Question { key, fault: Some(fault), .. }) = &turn
            && *key == question.key
        {
            let fault = fault.clone();
            *self = before;
            return Err(fault);
        }
        let notes = asker.notes.into_iter().filter(|(key, _)| *key == question.key);
        Ok(notes.map(|(_, note)| note).collect())
    }

    /// Goes back to the question before the one that is asked; says whether there is one. No answer is lost: what was
    /// answered is what an empty answer means now.
    pub fn back(&mut self) -> bool {
        let (_, asker) = self.walk();
        let last = asker.path.last().cloned();
        let found = last.is_some();
        if found {
            self.again = last;
        }
        found
    }

    fn walk(&self) -> (Turn, Asker<'_>) {
        let mut asker = Asker {
            answers: &self.answers,
            again: self.again.as_deref(),
            now: self.now,
            path: Vec::new(),
            notes: Vec::new(),
        };
        let turn = match script::document(&mut asker) {
            Ok(document) => Turn::Done(Box::new(document)),
            Err(question) => Turn::Ask(*question),
        };
        (turn, asker)
    }
}

/// Walks through the questions, with the answers at hand.
struct Asker<'a> {
    answers: &'a Answers,
    again: Option<&'a str>,
    now: Option<Time>,
    path: Vec<String>,
    notes: Vec<(String, String)>,
}

/// What is asked, before it is known whether it is answered.
struct Ask {
    key: String,
    prompt: String,
    help: &'static str,
    default: Option<String>,
}

/// What a question's answer gives; or the question, where it has none.
type Asked<T> = Result<T, Box<Question>>;

impl Ask {
    fn new(key: impl Into<String>, prompt: impl Into<String>) -> Self {
        Self { key: key.into(), prompt: prompt.into(), help: "", default: None }
    }

    fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    fn or(self, default: impl Into<String>) -> Self {
        Self { default: Some(default.into()), ..self }
    }

    fn perhaps(self, default: Option<String>) -> Self {
        Self { default, ..self }
    }
}

impl Asker<'_> {
    fn ask<T>(&mut self, ask: Ask, read: impl FnOnce(&str) -> Result<T, String>) -> Asked<T> {
        let given = self.answers.0.get(&ask.key);
        let (default, fault) = match given {
            Some(given) if self.again == Some(ask.key.as_str()) => (Some(given.clone()), None),
            Some(given) => match read(given) {
                Ok(value) => {
                    self.path.push(ask.key);
                    return Ok(value);
                }
                Err(fault) => (ask.default, Some(fault)),
            },
            None => (ask.default, None),
        };
        let help = ask.help.to_owned();
        Err(Box::new(Question { key: ask.key, prompt: ask.prompt, help, default, fault }))
    }

    /// Says something that follows from the answer before.
    fn say(&mut self, note: impl Into<String>) {
        if let Some(key) = self.path.last() {
            self.notes.push((key.clone(), note.into()));
        }
    }
}
