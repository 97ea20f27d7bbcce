//! A letter as an e-mail in a file (RFC 5322): the operator sends it; this program speaks to no mail server.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::Letter;

/// The letter's text, as the file `.eml` that mail programs open and send. The body is base64 of UTF-8.
#[must_use]
pub fn message(letter: &Letter, from: &str) -> Zeroizing<Vec<u8>> {
    let body = body(letter);
    let encoded = Zeroizing::new(STANDARD.encode(body.as_bytes()));
    let mut file = Zeroizing::new(Vec::with_capacity(
        encoded.len() + encoded.len() / 38 + 1_024 + letter.title.len() * 3,
    ));
    let subject = (letter.words.subject)(&letter.title);
    for line in [
        format!("From: {from}").as_str(),
        format!("To: {}", letter.address).as_str(),
        format!("Subject: {}", header_words(&subject)).as_str(),
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "X-Unsent: 1",
        "",
    ] {
        file.extend_from_slice(line.as_bytes());
        file.extend_from_slice(b"\r\n");
    }
    for line in encoded.as_bytes().chunks(76) {
        file.extend_from_slice(line);
        file.extend_from_slice(b"\r\n");
    }
    file
}

/// The letter's text for reading.
#[must_use]
pub fn body(letter: &Letter) -> Zeroizing<String> {
    let words = letter.words;
    // Room for all at once: a text that grows leaves a copy of the code behind.
    let mut text = Zeroizing::new(String::with_capacity(16_384));
    let mut line = |line: &str| {
        text.push_str(line);
        text.push_str("\r\n");
    };
    letter.test.into_iter().for_each(&mut line);
    line(words.heading);
    line(&letter.title);
    line("");
    line(&letter.dates);
    letter.replaces.iter().for_each(|replaces| line(replaces));
    line("");
    line(&letter.link);
    line("");
    // The first step speaks of the square on paper; the second is followed by the code that it asks for.
    let mut steps = letter.steps.iter().skip(1);
    steps.by_ref().take(1).for_each(|enter| line(enter));
    line(words.code);
    line(&letter.code);
    line("");
    steps.for_each(|step| line(step));
    line(words.again);
    letter.two.iter().for_each(|two| line(two));
    line(words.keep);
    line("");
    for (label, value) in [
        (words.region, &letter.region),
        (words.roll, &letter.number),
        (words.fingerprint, &letter.fingerprint),
    ] {
        line(&format!("{label}: {value}"));
    }
    line(words.fingerprint_hint);
    line("");
    line(&letter.help);
    letter.more.iter().for_each(|more| line(more));
    line(&letter.sender);
    text
}

/// A header's text in encoded words of at most 75 characters (RFC 2047), cut between characters.
fn header_words(text: &str) -> String {
    let mut words = Vec::new();
    let mut part = String::new();
    for c in text.chars() {
        if part.len() + c.len_utf8() > 42 {
            words.push(std::mem::take(&mut part));
        }
        part.push(c);
    }
    words.push(part);
    let encoded = words.iter().map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word)));
    encoded.collect::<Vec<_>>().join("\r\n ")
}

/// Whether a sender's address can stand in a header: one address, no line break.
#[must_use]
pub fn is_sender(from: &str) -> bool {
    let parts: Vec<&str> = from.split('@').collect();
    let plain = from.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>()[],;:\\\"".contains(&byte));
    plain && matches!(parts.as_slice(), [local, host] if !local.is_empty() && !host.is_empty())
}
