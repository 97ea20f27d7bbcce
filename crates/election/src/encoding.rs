//! Fixed-width binary layouts: one reader, one writer, big-endian, nothing left over (§2).
//!
//! Every length is checked before anything is copied or allocated, so hostile bytes give an
//! [`EncodingError`] and never a panic.

use thiserror::Error;

/// Why bytes are not the layout that they should be. Reads on after "malformed entry: ".
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EncodingError {
    /// The bytes end inside a field.
    #[error("{field} ends early")]
    Short {
        /// The field that was being read.
        field: &'static str,
    },
    /// Bytes remain after the last field.
    #[error("{bytes} bytes follow the last field")]
    Trailing {
        /// How many.
        bytes: usize,
    },
    /// A field holds a value that no encoder writes.
    #[error("{field} has a value out of range")]
    Range {
        /// The field.
        field: &'static str,
    },
    /// Text that is not UTF-8, not NFC, or has control characters.
    #[error("{field} is not clean text")]
    Text {
        /// The field.
        field: &'static str,
    },
}

/// Reads fields one after the other from borrowed bytes.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The bytes not read yet.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// [`EncodingError::Short`] when fewer are left.
    pub fn bytes(&mut self, count: usize, field: &'static str) -> Result<&'a [u8], EncodingError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(EncodingError::Short { field })?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next `N` bytes as an array.
    ///
    /// # Errors
    /// [`EncodingError::Short`] when fewer are left.
    pub fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], EncodingError> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(EncodingError::Short { field })?;
        self.rest = rest;
        Ok(*taken)
    }

    /// One byte.
    ///
    /// # Errors
    /// [`EncodingError::Short`] when none is left.
    pub fn u8(&mut self, field: &'static str) -> Result<u8, EncodingError> {
        self.array::<1>(field).map(|[byte]| byte)
    }

    /// Two bytes, big-endian.
    ///
    /// # Errors
    /// [`EncodingError::Short`] when fewer are left.
    pub fn u16(&mut self, field: &'static str) -> Result<u16, EncodingError> {
        self.array(field).map(u16::from_be_bytes)
    }

    /// Four bytes, big-endian.
    ///
    /// # Errors
    /// [`EncodingError::Short`] when fewer are left.
    pub fn u32(&mut self, field: &'static str) -> Result<u32, EncodingError> {
        self.array(field).map(u32::from_be_bytes)
    }

    /// Eight bytes, big-endian.
    ///
    /// # Errors
    /// [`EncodingError::Short`] when fewer are left.
    pub fn u64(&mut self, field: &'static str) -> Result<u64, EncodingError> {
        self.array(field).map(u64::from_be_bytes)
    }

    /// Text: a u16 length and that many bytes of clean UTF-8, at most `limit`.
    ///
    /// # Errors
    /// Short, over the limit, or not clean text (§12: NFC, no control characters).
    pub fn text(&mut self, limit: usize, field: &'static str) -> Result<String, EncodingError> {
        let length = usize::from(self.u16(field)?);
        if length > limit {
            return Err(EncodingError::Range { field });
        }
        let text =
            std::str::from_utf8(self.bytes(length, field)?).map_err(|_| EncodingError::Text { field })?;
        if clean(text) { Ok(text.to_owned()) } else { Err(EncodingError::Text { field }) }
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`EncodingError::Trailing`] when bytes remain.
    pub const fn finish(self) -> Result<(), EncodingError> {
        match self.rest.len() {
            0 => Ok(()),
            bytes => Err(EncodingError::Trailing { bytes }),
        }
    }
}

/// Whether text is NFC and without control or direction-changing characters.
#[must_use]
pub fn clean(text: &str) -> bool {
    let direction = |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    unicode_normalization::is_nfc(text) && !text.chars().any(|c| c.is_control() || direction(c))
}

/// Writes fields one after the other.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// An empty layout.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One byte.
    pub fn u8(&mut self, value: u8) -> &mut Self {
        self.raw(&[value])
    }

    /// Two bytes, big-endian.
    pub fn u16(&mut self, value: u16) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Four bytes, big-endian.
    pub fn u32(&mut self, value: u32) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Eight bytes, big-endian.
    pub fn u64(&mut self, value: u64) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Text: a u16 length and its bytes. What is longer than 65,535 bytes is cut at the length field's
    /// greatest value and can then not be decoded; callers bound their texts before.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.u16(u16::try_from(text.len()).unwrap_or(u16::MAX)).raw(text.as_bytes())
    }

    /// The layout written so far.
    #[must_use]
    pub fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_back_as_they_were_written() {
        let bytes = Writer::new().u8(1).u16(2).u32(3).u64(4).text("сәлем").raw(&[9; 3]).finish();
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.u8("a"), Ok(1));
        assert_eq!(reader.u16("b"), Ok(2));
        assert_eq!(reader.u32("c"), Ok(3));
        assert_eq!(reader.u64("d"), Ok(4));
        assert_eq!(reader.text(100, "e").as_deref(), Ok("сәлем"));
        assert_eq!(reader.array::<3>("f"), Ok([9; 3]));
        assert_eq!(reader.finish(), Ok(()));
    }

    #[test]
    fn short_trailing_and_unclean_bytes_are_refused() {
        assert_eq!(Reader::new(&[0; 3]).u32("n"), Err(EncodingError::Short { field: "n" }));
        assert_eq!(Reader::new(&[0]).finish(), Err(EncodingError::Trailing { bytes: 1 }));
        for unclean in ["a\nb", "\u{202e}abc", "e\u{301}", "\u{7f}"] {
            let bytes = Writer::new().text(unclean).finish();
            assert_eq!(Reader::new(&bytes).text(100, "t"), Err(EncodingError::Text { field: "t" }));
        }
        let bytes = Writer::new().text("abcd").finish();
        assert_eq!(Reader::new(&bytes).text(3, "t"), Err(EncodingError::Range { field: "t" }));
        assert_eq!(Reader::new(&[0xff; 2]).text(70_000, "t"), Err(EncodingError::Short { field: "t" }));
        assert_eq!(Reader::new(&[0, 1, 0xff]).text(3, "t"), Err(EncodingError::Text { field: "t" }));
    }
}
