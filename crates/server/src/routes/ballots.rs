//! POST /api/v1/e/{prefix}/ballots: one ballot in, its receipt out.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State};
use axum::response::Response;
use plebiscite_election::entry::Kind;

use super::running;
use crate::app::App;
use plebiscite_public::answer::bytes;
use plebiscite_serving::problem::Problem;

/// Takes a ballot. The same bytes again give the same index.
pub async fn cast(
    State(app): State<Arc<App>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    Path(prefix): Path<String>,
    ballot: Body,
) -> Result<Response, Problem> {
    app.rates.cast(address.ip())?;
    let running = running(&app, &prefix)?;
    let length = running.ballot_length;
    let ballot = super::body(&app, ballot, length).await?;
    if ballot.len() != length || ballot.first() != Some(&Kind::Ballot.byte()) {
        let status = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
        return Err(Problem::new(
            status,
            "ballot-encoding",
            format!("a ballot of this election has {length} bytes"),
        ));
    }
    let receipt = running.cast(ballot).await?;
    Ok(bytes(receipt, "text/plain; charset=utf-8", "no-store"))
}
