//! POST /api/v1/e/{prefix}/entries: entries of officials, trustees and registrars, in order.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::StatusCode;
use plebiscite_board::entry_bundle;
use plebiscite_election::entry::Kind;
use serde::Serialize;

use super::running;
use crate::app::App;
use crate::sequencer::Placed;
use plebiscite_serving::problem::Problem;

/// Longest bundle that is taken at once.
pub const BODY_LIMIT: usize = 4 << 20;

/// Where the entries stand.
#[derive(Debug, Serialize)]
pub struct Entered {
    /// In the order in which they came.
    pub entries: Vec<Placed>,
    /// One above the greatest index among them.
    pub size: u64,
}

/// Takes a bundle of entries. Those before a refused one stand; what stands already is answered with its index.
pub async fn enter(
    State(app): State<Arc<App>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    Path(prefix): Path<String>,
    bundle: Body,
) -> Result<Json<Entered>, Problem> {
    app.rates.act(address.ip())?;
    let running = running(&app, &prefix)?;
    let bytes = super::body(&app, bundle, BODY_LIMIT).await?;
    let entries = parse(&bytes)?;
    let entries = running.enter(entries).await?;
    let size = entries.iter().map(|placed| placed.index + 1).max().unwrap_or(0);
    Ok(Json(Entered { entries, size }))
}

/// The entries of a body, none of them a ballot: ballots have an address of their own, with limits of their own.
pub fn parse(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Problem> {
    let malformed = |detail: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "entry-bundle", detail);
    let entries = entry_bundle::decode(bytes).map_err(|error| malformed(error.to_string()))?;
    if entries.is_empty() {
        return Err(malformed("the bundle has no entries".to_owned()));
    }
    if entries.iter().any(|entry| entry.first() == Some(&Kind::Ballot.byte())) {
        return Err(malformed("ballots are not taken here".to_owned()));
    }
    Ok(entries.into_iter().map(<[u8]>::to_vec).collect())
}
