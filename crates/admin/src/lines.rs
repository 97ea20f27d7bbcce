//! On which line of a JSON text each of its places stands.

use std::collections::BTreeMap;

/// The lines of all places of a text.
#[derive(Debug, Default)]
pub struct Lines {
    found: BTreeMap<String, u64>,
}

/// Deeper than the strict reader reads (§12.1).
const DEEPEST: usize = 128;

impl Lines {
    /// Reads a text; of one that is no JSON it knows the places before the fault.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut scan = Scan { bytes, at: 0, line: 1, found: BTreeMap::new() };
        // Where the text ends in the middle there is nothing more to be found.
        let _ = scan.value("", DEEPEST);
        Self { found: scan.found }
    }

    /// The line of a place, or of the innermost one around it that stands in the text; none for the whole of it.
    #[must_use]
    pub fn line(&self, place: &str) -> Option<u64> {
        let mut place = place;
        while !place.is_empty() {
            if let Some(line) = self.found.get(place) {
                return Some(*line);
            }
            place = place.rfind(['.', '[']).and_then(|end| place.get(..end)).unwrap_or_default();
        }
        None
    }
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    line: u64,
    found: BTreeMap<String, u64>,
}

impl Scan<'_> {
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            if !byte.is_ascii_whitespace() {
                return Some(byte);
            }
            self.pass(byte);
        }
    }

    fn pass(&mut self, byte: u8) {
        self.line = self.line.saturating_add(u64::from(byte == b'\n'));
        self.at = self.at.saturating_add(1);
    }

    fn value(&mut self, place: &str, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        let first = self.peek()?;
        self.found.entry(place.to_owned()).or_insert(self.line);
        match first {
            b'{' => self.members(place, depth),
            b'[' => self.list(place, depth),
            b'"' => self.text().map(|_| ()),
            _ => {
                let start = self.at;
                while let Some(byte) =
                    self.bytes.get(self.at).copied().filter(|byte| !b",]} \n\r\t".contains(byte))
                {
                    self.pass(byte);
                }
                (self.at > start).then_some(())
            }
        }
    }

    fn members(&mut self, place: &str, depth: usize) -> Option<()> {
        self.pass(b'{');
        while self.peek()? != b'}' {
            if self.peek()? == b',' {
                self.pass(b',');
                continue;
            }
            let name = self.text()?;
            if self.peek()? != b':' {
                return None;
            }
            self.pass(b':');
            self.value(&if place.is_empty() { name } else { format!("{place}.{name}") }, depth)?;
        }
        self.pass(b'}');
        Some(())
    }

    fn list(&mut self, place: &str, depth: usize) -> Option<()> {
        self.pass(b'[');
        let mut index: u64 = 0;
        while self.peek()? != b']' {
            if self.peek()? == b',' {
                self.pass(b',');
                continue;
            }
            self.value(&format!("{place}[{index}]"), depth)?;
            index = index.saturating_add(1);
        }
        self.pass(b']');
        Some(())
    }

    fn text(&mut self) -> Option<String> {
        let start = self.at;
        if self.peek()? != b'"' {
            return None;
        }
        self.pass(b'"');
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.pass(byte);
            match byte {
                b'"' => break,
                b'\\' => {
                    let escaped = *self.bytes.get(self.at)?;
                    self.pass(escaped);
                }
                _ => {}
            }
        }
        serde_json::from_slice(self.bytes.get(start..self.at)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_has_the_line_on_which_its_value_begins() {
        let lines = Lines::of(b"{\n \"a\": [1,\n  {\"b\\u0063\": \"}\\\"\"}],\n \"d\":\n null\n}");
        assert_eq!(
            [lines.line("a"), lines.line("a[0]"), lines.line("a[1].bc"), lines.line("d")],
            [Some(2), Some(2), Some(3), Some(5)]
        );
        assert_eq!([lines.line("a[7].x"), lines.line("d.e"), lines.line("")], [Some(2), Some(5), None]);
    }

    #[test]
    fn texts_that_are_no_json_end_the_search_and_nothing_else() {
        for text in [
            "",
            "{",
            "{\"a\"",
            "{\"a\":",
            "[1,",
            "{\"a\":\"\\",
            "{1:2}",
            "]",
            "[[[",
            "[}",
            "[:",
            "{\"a\":}",
            "{\"a\" \"b\"}",
        ] {
            assert_eq!(Lines::of(text.as_bytes()).line("z"), None, "{text}");
        }
        assert_eq!(Lines::of(&[b'['; 10_000]).line("z"), None);
    }
}
