//! Whether the server lives and serves, which version it is, whom to tell of a hole.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{blocking, read};
use crate::app::{App, bytes};
use plebiscite_serving::problem::Problem;

/// The process answers.
pub async fn live() -> &'static str {
    "alive\n"
}

/// Every board can be read.
pub async fn ready(State(app): State<Arc<App>>) -> Result<&'static str, Problem> {
    let check = move || {
        for running in app.elections.all() {
            drop(read(&running)?);
        }
        Ok("ready\n")
    };
    blocking(check).await
}

/// The version of the program and of the protocol.
pub async fn version() -> Json<Value> {
    Json(json!({ "program": env!("CARGO_PKG_VERSION"), "protocol": "plebiscite/v1" }))
}

/// Whom to tell of a hole, where the operator has said so.
pub async fn security(State(app): State<Arc<App>>) -> Response {
    match &app.config.security_contact {
        Some(contact) => {
            bytes(format!("Contact: {contact}\n").into_bytes(), "text/plain; charset=utf-8", "no-cache")
        }
        None => Problem::not_found().into_response(),
    }
}
