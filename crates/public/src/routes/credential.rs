//! GET /api/v1/e/{prefix}/credential/{K} and /api/v1/e/{prefix}/roll/{index}: row, replacement and chain head of one
//! credential or of one roll number, with their proofs.
//!
//! A credential that no roll holds gets an answer of the same status and length.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use plebiscite_crypto::group::PointBytes;
use plebiscite_serving::problem::Problem;

use crate::answer::{blocking, bytes, published, read};
use crate::board::{Board, View};
use crate::election::{Entries, Published, Unreadable};
use crate::router::Public;

/// How soon to ask again for what the writer is about to sign.
const AGAIN: Duration = Duration::from_millis(5);
/// How often to ask again.
const TURNS: usize = 400;

/// The answer about one credential.
///
/// # Errors
/// No such election, no such encoding, or no roll yet.
pub async fn view(
    State(public): State<Arc<Public>>,
    Path((prefix, key)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let election = published(&*public.elections, &prefix)?;
    let mut credential = [0; 32];
    let decoded = hex::decode_to_slice(&key, &mut credential);
    decoded.map_err(|_| {
        Problem::new(StatusCode::BAD_REQUEST, "credential-encoding", "a credential is 64 hexadecimal digits")
    })?;
    answer(election, move |board, entries| board.view(&PointBytes(credential), entries)).await
}

/// The answer about one row, by the roll number on the letter: what a second device asks, which has no code.
///
/// # Errors
/// No such election, no such number, or no roll yet.
pub async fn view_of_row(
    State(public): State<Arc<Public>>,
    Path((prefix, index)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let election = published(&*public.elections, &prefix)?;
    let index: u32 = index.parse().map_err(|_| {
        Problem::new(StatusCode::BAD_REQUEST, "roll-number", "a roll number is a whole number from 0 on")
    })?;
    answer(election, move |board, entries| board.view_of_row(index, entries)).await
}

async fn answer(
    election: Arc<dyn Published>,
    view: impl Fn(&Board, &dyn Entries) -> Result<View, Unreadable> + Clone + Send + 'static,
) -> Result<Response, Problem> {
    for _ in 0..TURNS {
        let (election, view) = (Arc::clone(&election), view.clone());
        let found = blocking(move || {
            let board = read(&*election)?;
            view(&board, election.entries()).map_err(|_| Problem::stopping())
        });
        match found.await? {
            View::Ready(view) => return Ok(bytes(view, "application/octet-stream", "no-store")),
            View::Early => {
                let early = "the roll is not sealed yet";
                return Err(Problem::new(StatusCode::CONFLICT, "roll-not-sealed", early));
            }
            View::Pending => tokio::time::sleep(AGAIN).await,
        }
    }
    // A mirror that is copying much at once: it comes, but not in a moment.
    Err(Problem::busy())
}
