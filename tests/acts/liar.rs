//! A server that lies about proposals: it can keep them back, and nothing else.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::held::{ADMIN, public, refused, scheduled};
use crate::stage::Stage;

/// What a server says falsely of proposals.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lie {
    /// Nothing.
    None,
    /// That there are none.
    Withheld,
    /// Another reason stands under the true signatures, in the list.
    Changed,
    /// The same in the answer to whoever has signed.
    ChangedInAnswer,
}

/// What officials wrote, and what the lie makes of it: as long, so that nothing else shows it.
const REASON: &str = "as decided";
const FALSE_REASON: &str = "as planned";

/// A server between officials and the true one, which passes everything on but for its lie. It ends with the test's process.
fn liar(site: &str) -> (String, Arc<Mutex<Lie>>) {
    let lie = Arc::new(Mutex::new(Lie::None));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (site, told) = (site.to_owned(), Arc::clone(&lie));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (site, lie) = (site.clone(), *told.lock().unwrap());
            std::thread::spawn(move || pass_on(stream, &site, lie));
        }
    });
    (address, lie)
}

fn pass_on(mut stream: TcpStream, site: &str, lie: Lie) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut request = String::new();
    reader.read_line(&mut request).unwrap();
    let (mut length, mut line) = (0, String::new());
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        let lower = line.to_lowercase();
        length = lower.strip_prefix("content-length: ").map_or(length, |text| text.trim().parse().unwrap());
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let parts: Vec<&str> = request.split_whitespace().collect();
    let [method, path, _] = parts[..] else { return };
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let target = format!("{site}{path}");
    let answered =
        if method == "POST" { agent.post(&target).send(&body[..]) } else { agent.get(&target).call() };
    let mut answer = answered.unwrap();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    let status = answer.status();
    let mut body = answer.body_mut().read_to_vec().unwrap();
    if path.ends_with("/proposals") {
        let changed = |body: &[u8]| {
            let text = String::from_utf8(body.to_vec()).unwrap();
            text.replace(&hex::encode(REASON), &hex::encode(FALSE_REASON)).into_bytes()
        };
        body = match (lie, method) {
            (Lie::Withheld, "GET") => b"{\"proposals\":[]}".to_vec(),
            (Lie::Changed, "GET") | (Lie::ChangedInAnswer, "POST") => changed(&body),
            _ => body,
        };
    }
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(&[head.into_bytes(), body].concat());
}

#[test]
fn a_server_that_lies_about_proposals_can_keep_them_back_and_nothing_else() {
    let mut stage = Stage::new();
    let board = public(&stage.operator(&["new-board-key"]));
    stage.start_server();
    let (held, _) = scheduled(&stage, board);
    let number = held.proposed("scheduled-1", &["open", "--reason", REASON]);
    let (site, lie) = liar(&stage.site);
    let record = format!("{site}/e/{}/", &held.id[..16]);
    let as_told = |told: Lie, arguments: &[&str]| {
        *lie.lock().unwrap() = told;
        stage.output(ADMIN, "scheduled-2", &held.with(arguments, &record))
    };
    let listed = |told: Lie| -> Value {
        serde_json::from_slice(&as_told(told, &["proposals", "--json"]).stdout).unwrap()
    };
    let sign = |told: Lie, number: &str| as_told(told, &["sign", "--proposal", number, "--yes"]);
    assert_eq!(listed(Lie::Withheld)["proposals"], json!([]));
    refused(&sign(Lie::Withheld, &number), 5, "or it is kept from you");
    // Changed words have another number, and their signature does not hold.
    let shown = listed(Lie::Changed)["proposals"][0].clone();
    assert!(shown["words"].as_str().unwrap().contains(FALSE_REASON));
    assert!(shown["refused"].as_str().unwrap().contains("does not verify"), "{shown}");
    let other = shown["proposal"].as_str().unwrap();
    assert_ne!(other, number);
    refused(&sign(Lie::Changed, &number), 5, "shows no proposal");
    refused(&sign(Lie::Changed, other), 1, "does not verify");
    // What comes back as if it had been signed is not entered.
    refused(&sign(Lie::ChangedInAnswer, &number), 1, "another act than the one that was signed");
    // The twin: the same signer, the same server, without the lie. The signature that was kept back is there.
    let shown = listed(Lie::None)["proposals"][0].clone();
    assert_eq!((&shown["refused"], &shown["awaits"]), (&Value::Null, &json!("")));
    let entered = as_told(Lie::None, &["sign", "--proposal", &number, "--yes"]);
    let said = String::from_utf8(entered.stdout).unwrap();
    assert!(said.contains("open stands as entry"), "{said}");
}
