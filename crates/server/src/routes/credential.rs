//! GET /api/v1/e/{prefix}/credential/{K}: row, replacement and chain head of one credential, with their proofs.
//!
//! A credential that no roll holds gets an answer of the same status and length.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use plebiscite_crypto::group::PointBytes;

use super::{blocking, read, running};
use crate::app::{App, bytes};
use crate::error::Problem;

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
    let view = blocking(move || {
        let board = read(&running)?;
        board.view(&PointBytes(credential), &running.entries).map_err(|_| Problem::stopping())
    });
    let early = || Problem::new(StatusCode::CONFLICT, "roll-not-sealed", "the roll is not sealed yet");
    view.await?.map(|view| bytes(view, "application/octet-stream", "no-store")).ok_or_else(early)
}
