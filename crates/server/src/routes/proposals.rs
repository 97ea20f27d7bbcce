//! GET and POST /api/v1/e/{prefix}/proposals: officials' acts that collect signatures, shown and taken (§24.11).

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::StatusCode;
use plebiscite_election::entry::{ENTRY_LIMIT, Entry, Role};
use plebiscite_election::proposal::check::{ActError, follows, key_of};
use plebiscite_election::proposal::{Proposal, ProposalError};
use plebiscite_public::answer::{blocking, read};
use plebiscite_public::election::Published;
use serde::Serialize;

use super::running;
use crate::app::App;
use crate::election::Running;
use crate::proposals::{Shown, refused, unsigned};
use plebiscite_serving::problem::Problem;

/// All proposals of an election.
#[derive(Debug, Serialize)]
pub struct Listed {
    /// The oldest first.
    pub proposals: Vec<Shown>,
}

/// What collects signatures here. Nothing of it is proof.
pub async fn list(
    State(app): State<Arc<App>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    Path(prefix): Path<String>,
) -> Result<Json<Listed>, Problem> {
    app.rates.act(address.ip())?;
    let running = running(&app, &prefix)?;
    let listed = move || {
        let board = read(&*running)?;
        let held = running.proposals.read().map_err(|_| Problem::stopping())?;
        Ok(Listed { proposals: held.shown(&board.record) })
    };
    blocking(listed).await.map(Json)
}

/// Takes an act with at least one official's signature, or more signatures of one that is here.
pub async fn offer(
    State(app): State<Arc<App>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    Path(prefix): Path<String>,
    entry: Body,
) -> Result<Json<Shown>, Problem> {
    app.rates.act(address.ip())?;
    let running = running(&app, &prefix)?;
    let bytes = super::body(&app, entry, ENTRY_LIMIT).await?;
    let own = Arc::clone(&running);
    let proposal = blocking(move || judged(&own, &bytes)).await?;
    running.propose(proposal).await.map(Json)
}

/// The act, if it could be entered on this log but for signatures that are still awaited.
fn judged(running: &Running, bytes: &[u8]) -> Result<Proposal, Problem> {
    let encoding =
        |detail: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "proposal-encoding", detail);
    let entry = Entry::decode(bytes).map_err(|error| encoding(error.to_string()))?;
    let proposal = Proposal::of(entry).map_err(|error| encoding(error.to_string()))?;
    let number = proposal.number().ok_or_else(|| encoding(ProposalError::NotAnAct.to_string()))?;
    let board = read(running as &dyn Published)?;
    let record = &board.record;
    if proposal.election() != Some(running.id) {
        return Err(refused(&ActError::OtherElection));
    }
    for (role, needed) in proposal.takes(record) {
        let found = proposal.signed(role);
        if found > needed {
            let detail = format!("{found} signatures of the role {} and the act takes {needed}", role.name());
            return Err(Problem::new(StatusCode::FORBIDDEN, "entry-signatures", detail));
        }
    }
    // The signatures first: to judge what an act says can cost, and only those who may sign it make anyone do that.
    proposal
        .verify_signatures(|role, number| key_of(record, role, number))
        .map_err(|error| refused(&error.into()))?;
    let known = running.proposals.read().map_err(|_| Problem::stopping())?.holds(&number);
    if !known {
        // Without one it would only take a place in the queue, to be refused there.
        if proposal.signed(Role::Official) == 0 {
            return Err(unsigned());
        }
        follows(&proposal, record, &board.log).map_err(|error| refused(&error))?;
    }
    Ok(proposal)
}
