//! Whether the program lives and serves, which version it is, whom to tell of a hole.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use plebiscite_serving::problem::Problem;
use serde_json::{Value, json};

use crate::answer::{blocking, bytes, read};
use crate::router::Public;

/// The process answers.
pub async fn live() -> &'static str {
    "alive\n"
}

/// Every board can be read.
///
/// # Errors
/// The problem of a program that stops.
pub async fn ready(State(public): State<Arc<Public>>) -> Result<&'static str, Problem> {
    let check = move || {
        for election in public.elections.all() {
            drop(read(&*election)?);
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
pub async fn security(State(public): State<Arc<Public>>) -> Response {
    match &public.security_contact {
        Some(contact) => {
            bytes(format!("Contact: {contact}\n").into_bytes(), "text/plain; charset=utf-8", "no-cache")
        }
        None => Problem::not_found().into_response(),
    }
}
