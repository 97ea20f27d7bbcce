//! The pages: rendered ones, and the files of those that run in the browser.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use plebiscite_pages::counts::table;
use plebiscite_pages::{Language, Listed, PAGE, Shown, View, board, elections, failure, result, start};
use plebiscite_serving::problem::Problem;
use sha2::{Digest, Sha256};

use crate::answer::{blocking, read};
use crate::board::Board;
use crate::election::{Entries, PREFIX, Published, prefix_of};
use crate::router::Public;

/// What a page may do: run our own scripts and module, talk to its own server, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'; \
                      frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types app";
/// Browser features that no page of ours needs.
const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

type Asked = Query<HashMap<String, String>>;

/// The list of elections.
pub async fn list(State(public): State<Arc<Public>>, Query(asked): Asked, headers: HeaderMap) -> Response {
    let language = language(&asked, &headers);
    let page = move || {
        let all = public.elections.all();
        let bases: Vec<String> = all.iter().map(|election| base_of(&**election)).collect();
        let boards = all.iter().map(|election| read(&**election)).collect::<Result<Vec<_>, _>>()?;
        let listed: Vec<Listed<'_>> =
            boards.iter().zip(&bases).map(|(board, base)| Listed { record: &board.record, base }).collect();
        Ok(elections(language, &listed))
    };
    show(language, blocking(page).await)
}

/// An address without its last slash.
pub async fn slash(Path(prefix): Path<String>) -> Response {
    let plain = prefix.len() == PREFIX && prefix.bytes().all(|byte| byte.is_ascii_hexdigit());
    if plain {
        Redirect::permanent(&format!("/e/{prefix}/")).into_response()
    } else {
        fail(Language::English, StatusCode::NOT_FOUND)
    }
}

/// The start page of an election.
pub async fn start_page(
    State(public): State<Arc<Public>>,
    Path(prefix): Path<String>,
    Query(asked): Asked,
    headers: HeaderMap,
) -> Response {
    let language = language(&asked, &headers);
    show(language, of_election(public, prefix, language, |view, _, _| Ok(start(&view))).await)
}

/// The result page.
pub async fn result_page(
    State(public): State<Arc<Public>>,
    Path(prefix): Path<String>,
    Query(asked): Asked,
    headers: HeaderMap,
) -> Response {
    let language = language(&asked, &headers);
    show(language, of_election(public, prefix, language, |view, _, _| Ok(result(&view))).await)
}

/// The counts as a table for programs, once there is a result.
pub async fn counts_table(
    State(public): State<Arc<Public>>,
    Path(prefix): Path<String>,
    asked: HeaderMap,
) -> Response {
    let found = of_election(public, prefix, Language::English, |view, _, _| {
        table(view.record).ok_or_else(Problem::not_found)
    });
    match found.await {
        Ok(table) => file_response(&asked, table.into_bytes(), "text/csv; charset=utf-8"),
        Err(problem) => problem.into_response(),
    }
}

/// The board page: the newest entries, or those from an index on downwards.
pub async fn board_page(
    State(public): State<Arc<Public>>,
    Path(prefix): Path<String>,
    Query(asked): Asked,
    headers: HeaderMap,
) -> Response {
    let language = language(&asked, &headers);
    let from: Option<u64> = asked.get("from").and_then(|from| from.parse().ok());
    let page = of_election(public, prefix, language, move |view, entries, published| {
        let last = published.checked_sub(1).map(|last| from.unwrap_or(last).min(last));
        let mut shown = Shown { entries: Vec::new(), from };
        if let Some(last) = last {
            for index in (last.saturating_sub(PAGE - 1)..=last).rev() {
                let entry = entries.get(index).map_err(|_| Problem::stopping())?;
                shown.entries.extend(entry.map(|entry| (index, entry)));
            }
        }
        Ok(board(&view, &shown))
    });
    show(language, page.await)
}

/// The pages that run in the browser.
pub async fn booth(
    state: State<Arc<Public>>,
    path: Path<String>,
    asked: Asked,
    headers: HeaderMap,
) -> Response {
    if !state.takes_ballots {
        return fail(language(&asked, &headers), StatusCode::MISDIRECTED_REQUEST);
    }
    script_page(state, path, asked, headers, "booth/index.html").await
}

/// The page that counts again.
pub async fn audit(
    state: State<Arc<Public>>,
    path: Path<String>,
    asked: Asked,
    headers: HeaderMap,
) -> Response {
    script_page(state, path, asked, headers, "audit/index.html").await
}

/// The page that checks a receipt, or a tested ballot on a second device.
pub async fn check(
    state: State<Arc<Public>>,
    path: Path<String>,
    asked: Asked,
    headers: HeaderMap,
) -> Response {
    script_page(state, path, asked, headers, "check/index.html").await
}

async fn script_page(
    State(public): State<Arc<Public>>,
    Path(prefix): Path<String>,
    Query(asked): Asked,
    headers: HeaderMap,
    file: &'static str,
) -> Response {
    let language = language(&asked, &headers);
    if public.elections.get(&prefix).is_none() {
        return fail(language, StatusCode::NOT_FOUND);
    }
    let found = blocking(move || Ok(public.assets.get(file))).await;
    match found {
        Ok(Some(asset)) => file_response(&headers, asset.bytes, asset.kind),
        _ => fail(language, StatusCode::NOT_IMPLEMENTED),
    }
}

/// A file of the pages.
///
/// # Errors
/// There is no such file.
pub async fn asset(
    State(public): State<Arc<Public>>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if format!("/assets/{path}") == plebiscite_pages::STYLE_PATH {
        let style = plebiscite_pages::STYLE.as_bytes().to_vec();
        return Ok(file_response(&headers, style, "text/css; charset=utf-8"));
    }
    if let Some((_, script)) =
        plebiscite_pages::SCRIPTS.iter().find(|(own, _)| *own == format!("/assets/{path}"))
    {
        return Ok(file_response(&headers, script.as_bytes().to_vec(), "text/javascript; charset=utf-8"));
    }
    let brotli = accepts_brotli(&headers);
    let found = blocking(move || {
        let compressed = if brotli { public.assets.brotli(&path) } else { None };
        Ok(compressed
            .map(|asset| (asset, true))
            .or_else(|| public.assets.get(&path).map(|asset| (asset, false))))
    });
    let (asset, compressed) = found.await?.ok_or_else(Problem::not_found)?;
    let mut response = file_response(&headers, asset.bytes, asset.kind);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if compressed {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    Ok(response)
}

/// Whether a client takes Brotli: it names it, and not with a quality of 0.
fn accepts_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    accepted.split(',').any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
        let none = quality.trim().strip_prefix("q=").is_some_and(|quality| quality.parse() == Ok(0.0_f32));
        name.trim().eq_ignore_ascii_case("br") && !none
    })
}

/// A page for an address that is none; the API answers with a problem document instead.
pub async fn nothing(headers: HeaderMap, uri: axum::http::Uri) -> Response {
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if wants_page && !uri.path().starts_with("/api/") {
        fail(language(&HashMap::new(), &headers), StatusCode::NOT_FOUND)
    } else {
        Problem::not_found().into_response()
    }
}

fn language(asked: &HashMap<String, String>, headers: &HeaderMap) -> Language {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::choose(asked.get("lang").map(String::as_str), accepted)
}

fn base_of(election: &dyn Published) -> String {
    format!("/e/{}/", prefix_of(election.id()))
}

async fn of_election(
    public: Arc<Public>,
    prefix: String,
    language: Language,
    render: impl FnOnce(View<'_>, &dyn Entries, u64) -> Result<String, Problem> + Send + 'static,
) -> Result<String, Problem> {
    blocking(move || {
        let election = public.elections.get(&prefix).ok_or_else(Problem::not_found)?;
        let board = read(&*election)?;
        let (size, root) = published(&board);
        let base = base_of(&*election);
        let (cosigned, close) = (election.cosigned("latest"), election.cosigned("close"));
        let view = View {
            record: &board.record,
            language,
            base: &base,
            scripts: public.assets.are_there(),
            mirror: if public.takes_ballots { None } else { Some(election.copied().unwrap_or(0)) },
            published: (size, &root),
            cosigned: cosigned.as_deref(),
            cosigned_close: close.as_deref(),
        };
        render(view, election.entries(), size)
    })
    .await
}

fn published(board: &Board) -> (u64, String) {
    let checkpoint = board.signed().map(|signed| signed.checkpoint());
    checkpoint.map_or((0, String::new()), |checkpoint| (checkpoint.size, hex::encode(checkpoint.root.0)))
}

fn show(language: Language, page: Result<String, Problem>) -> Response {
    match page {
        Ok(page) => html(StatusCode::OK, page),
        Err(problem) => fail(language, problem.status()),
    }
}

fn fail(language: Language, status: StatusCode) -> Response {
    html(status, failure(language, status.as_u16()))
}

fn html(status: StatusCode, page: String) -> Response {
    let mut response = (status, page).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    guard(response)
}

/// A file under a tag of its bytes: asked for again each time, sent only when it has changed.
fn file_response(asked: &HeaderMap, bytes: Vec<u8>, kind: &'static str) -> Response {
    let tag = format!("\"{}\"", hex::encode(Sha256::digest(&bytes)));
    let same = asked.get(header::IF_NONE_MATCH).is_some_and(|given| given.as_bytes() == tag.as_bytes());
    let mut response = if same { StatusCode::NOT_MODIFIED.into_response() } else { bytes.into_response() };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    guard(response)
}

/// The headers of every page and of every file of a page.
fn guard(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", PERMISSIONS),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brotli_goes_to_who_takes_it_and_to_nobody_else() {
        let asked = |accepted: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_str(accepted).unwrap());
            accepts_brotli(&headers)
        };
        for taken in ["br", "gzip, deflate, br, zstd", "gzip;q=0.5, BR;q=0.9"] {
            assert!(asked(taken), "{taken}");
        }
        for not_taken in ["", "gzip", "br;q=0", "br;q=0.000, gzip", "brx"] {
            assert!(!asked(not_taken), "{not_taken}");
        }
        assert!(!accepts_brotli(&HeaderMap::new()));
    }
}
