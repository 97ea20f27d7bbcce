//! POST /api/v1/elections: a new election, where the operator lets officials post it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use plebiscite_election::entry::{ElectionId, Entry, Signatures};
use plebiscite_election::manifest::Manifest;
use plebiscite_public::answer::blocking;
use plebiscite_public::election::prefix_of;
use serde_json::{Value, json};

use super::entries;
use crate::app::App;
use crate::election::ElectionError;
use plebiscite_serving::problem::Problem;

/// Takes a manifest from officials whose keys the operator has named.
pub async fn add(
    State(app): State<Arc<App>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    bundle: Body,
) -> Result<(StatusCode, Json<Value>), Problem> {
    app.rates.act(address.ip())?;
    let bytes = super::body(&app, bundle, entries::BODY_LIMIT).await?;
    let entries = entries::parse(&bytes)?;
    if !allowed(&app.config.manifests_from, &entries) {
        let detail = "on this server elections are added by its operator";
        return Err(Problem::new(StatusCode::FORBIDDEN, "manifests-not-taken", detail));
    }
    let (added, warnings) = blocking(move || {
        let added = app.elections.add(&entries).map_err(|error| refused(&error))?;
        Ok((added, app.elections.warnings(added)))
    })
    .await?;
    // The same that the operator's own command says of an election that it adds.
    let answer = json!({ "id": added.to_string(), "prefix": prefix_of(added), "warnings": warnings });
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Whether everyone who signed the manifest holds a key that the operator named. That the signatures are true is the
/// record's to judge; here only the keys are looked up.
fn allowed(keys: &[String], entries: &[Vec<u8>]) -> bool {
    let signers = || {
        let mut signatures: Option<(ElectionId, Signatures)> = None;
        let mut content = Vec::new();
        for entry in entries {
            match Entry::decode(entry).ok()? {
                Entry::Head(head) => signatures = Some((head.election, head.signatures)),
                Entry::Chunk(chunk) => content.extend_from_slice(&chunk.bytes),
                _ => return None,
            }
        }
        let (_, signatures) = signatures?;
        let manifest = Manifest::parse(&content).ok()?;
        let signer = |number: u16| {
            manifest.officials().get(usize::from(number)).map(|key| hex::encode(key.as_bytes()))
        };
        signatures.0.iter().map(|signature| signer(signature.signer)).collect::<Option<Vec<String>>>()
    };
    signers().is_some_and(|signers| !signers.is_empty() && signers.iter().all(|signer| keys.contains(signer)))
}

fn refused(error: &ElectionError) -> Problem {
    match error {
        ElectionError::PrefixTaken => {
            Problem::new(StatusCode::CONFLICT, "election-prefix-taken", error.to_string())
        }
        ElectionError::Manifest(_) => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "manifest", error.to_string())
        }
        _ => Problem::stopping(),
    }
}
