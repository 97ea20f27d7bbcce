//! The session of the pages without a browser: a board in memory, honest and lying, and the vector for WebAssembly.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it fails"
)]

mod board;
mod looking;
mod observers;
mod vector;
mod voting;

use board::{Board, ORIGIN};
use plebiscite_support::{Election, Shape};
use plebiscite_web::failure::Failure;
use plebiscite_web::session::{Device, Session};
use serde_json::{Value, json};

/// A device whose server is a board in memory.
struct Desk {
    board: Board,
    drawn: std::cell::Cell<u8>,
}

impl Device for Desk {
    type Http = Board;

    fn http(&self) -> Board {
        self.board.clone()
    }

    fn fresh(&self) -> Result<[u8; 32], Failure> {
        self.drawn.set(self.drawn.get() + 1);
        Ok([self.drawn.get(); 32])
    }

    fn now(&self) -> u64 {
        0
    }
}

/// A voter at a desk.
struct Voter {
    session: Session<Desk>,
    id: String,
    progress: Vec<Value>,
}

impl Voter {
    fn of(board: &Board) -> Self {
        let session = Session::new(Desk { board: board.clone(), drawn: 0.into() });
        Self { session, id: board.with(|election| election.id().to_string()), progress: Vec::new() }
    }

    fn call(&mut self, call: &str, arguments: &Value) -> Value {
        self.progress.clear();
        self.session.call(call, &arguments.to_string(), &mut |value| self.progress.push(value))
    }

    /// The value of a call that must succeed.
    fn done(&mut self, call: &str, arguments: &Value) -> Value {
        let answer = self.call(call, arguments);
        assert_eq!(answer["ok"], true, "{call}: {answer}");
        answer["value"].clone()
    }

    /// The stable name of a call that must fail.
    fn refused(&mut self, call: &str, arguments: &Value) -> String {
        let answer = self.call(call, arguments);
        assert_eq!(answer["ok"], false, "{call}: {answer}");
        let evidence = &answer["error"]["evidence"];
        assert_eq!(evidence["code"], answer["error"]["code"]);
        assert!(evidence["exchanges"].is_array());
        answer["error"]["code"].as_str().unwrap().to_owned()
    }

    fn place(&self) -> Value {
        json!({ "origin": ORIGIN, "election": self.id })
    }

    fn open(&mut self) -> Value {
        let place = self.place();
        self.done("open", &place)
    }

    /// Opens, and enters the codes of a roll number.
    fn enter(&mut self, board: &Board, number: usize) -> Value {
        self.open();
        self.done("enter", &codes(board, number))
    }
}

fn codes(board: &Board, number: usize) -> Value {
    let codes = board.with(|election| {
        election.codes[number].iter().map(|code| code.printed().to_string()).collect::<Vec<_>>()
    });
    json!({ "codes": codes })
}

fn choose(option: Option<&str>) -> Value {
    json!({ "choices": [{ "contest": "question", "choice": option }] })
}

fn opened() -> Board {
    Board::new(Election::opened(Shape::default()))
}
