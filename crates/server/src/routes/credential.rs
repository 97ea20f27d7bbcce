//! GET /api/v1/e/{prefix}/credential/{K}: row, replacement and chain head of one credential, with their proofs.
//!
//! A credential that no roll holds gets an answer of the same status and length.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use plebiscite_crypto::group::PointBytes;

use super::{blocking, read, running};
use crate::app::{App, bytes};
use crate::board::View;
use crate::error::Problem;

/// How soon to ask again for what the writer is about to sign.
const AGAIN: Duration = Duration::from_millis(5);

/// The answer about one credential.
pub async fn view(
    State(app): State<Arc<App>>,
    Path((prefix, key)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let running = running(&app, &prefix)?;
    let mut credential = [0; 32];
    let decoded = hex::decode_to_slice(&key, &mut credential);
    decoded.map_err(|_| {
        Problem::new(StatusCode::BAD_REQUEST, "credential-encoding", "a credential is 64 hexadecimal digits")
    })?;
    // The request's own time limit bounds the wait for the writer.
    loop {
        let running = Arc::clone(&running);
        let view = blocking(move || {
            let board = read(&running)?;
            board.view(&PointBytes(credential), &running.entries).map_err(|_| Problem::stopping())
        });
        match view.await? {
            View::Ready(view) => return Ok(bytes(view, "application/octet-stream", "no-store")),
            View::Early => {
                let early = "the roll is not sealed yet";
                return Err(Problem::new(StatusCode::CONFLICT, "roll-not-sealed", early));
            }
            View::Pending => tokio::time::sleep(AGAIN).await,
        }
    }
}
