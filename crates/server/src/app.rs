//! All routes in one list, and what surrounds each of them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::assets::Assets;
use crate::config::Config;
use crate::election::Elections;
use crate::limits::Rates;
use crate::routes::{ballots, board, credential, elections, entries, health, pages, setup, status};
use plebiscite_serving::problem::Problem;

/// What every request can reach.
#[derive(Debug)]
pub struct App {
    /// The elections.
    pub elections: Arc<Elections>,
    /// Rates of casts.
    pub rates: Rates,
    /// The settings.
    pub config: Config,
    /// The files of the pages that run in the browser.
    pub assets: Assets,
}

/// All routes.
pub fn router(app: Arc<App>) -> Router {
    let within = |milliseconds| {
        TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_millis(milliseconds))
    };
    let limits = &app.config.limits;
    // What the writer may need minutes for; the bodies are read within the time of every other request.
    let acts = Router::new()
        .route("/api/v1/elections", post(elections::add))
        .route("/api/v1/e/{prefix}/entries", post(entries::enter))
        .layer(within(limits.act_timeout_ms));
    Router::new()
        .route("/", get(pages::list))
        .route("/e/{prefix}", get(pages::slash))
        .route("/e/{prefix}/", get(pages::start_page))
        .route("/e/{prefix}/result", get(pages::result_page))
        .route("/e/{prefix}/board", get(pages::board_page))
        .route("/e/{prefix}/v", get(pages::booth))
        .route("/e/{prefix}/check", get(pages::check))
        .route("/e/{prefix}/audit", get(pages::audit))
        .route("/assets/{*path}", get(pages::asset))
        .route("/e/{prefix}/checkpoint", get(board::checkpoint))
        .route("/e/{prefix}/cosigned/{name}", get(board::cosigned))
        .route("/e/{prefix}/tile/{*path}", get(board::tile))
        .route("/api/v1/elections", get(elections::list))
        .route("/api/v1/e/{prefix}/ballots", post(ballots::cast))
        .route("/api/v1/e/{prefix}/credential/{key}", get(credential::view))
        .route("/api/v1/e/{prefix}/roll/{index}", get(credential::view_of_row))
        .route("/api/v1/e/{prefix}/setup", get(setup::hints))
        .route("/api/v1/e/{prefix}/status", get(status::status))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/version", get(health::version))
        .route("/.well-known/security.txt", get(health::security))
        .layer(within(limits.request_timeout_ms))
        .merge(acts)
        .fallback(pages::nothing)
        .method_not_allowed_fallback(|| async { Problem::of_status(StatusCode::METHOD_NOT_ALLOWED) })
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(|_| {
            Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
        }))
        .layer(DefaultBodyLimit::max(entries::BODY_LIMIT))
        .layer(map_response(finish))
        .with_state(app)
}

/// Turns bare errors of axum's own into problem documents, and adds what every answer carries.
async fn finish(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let said = kind.is_some_and(|kind| kind == "application/problem+json" || kind.starts_with("text/html"));
    let mut response = if (status.is_client_error() || status.is_server_error()) && !said {
        Problem::of_status(status).into_response()
    } else {
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Bytes of a kind, with what caches may do with them.
#[must_use]
pub fn bytes(body: Vec<u8>, kind: &'static str, cache: &'static str) -> Response {
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}
