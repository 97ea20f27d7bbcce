//! A page: what stands where, before it is written. Points (1/72 inch), from the top left.

use crate::face::Weight;

/// The width of A4.
pub const PAGE_WIDTH: f32 = 595.276;
/// The height of A4.
pub const PAGE_HEIGHT: f32 = 841.89;
/// What stays empty on each side.
pub const MARGIN: f32 = 56.7;

/// One thing on a page.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A line of text: the left end of its base line.
    Text {
        /// From the left.
        x: f32,
        /// From the top.
        y: f32,
        /// The size of the letters.
        size: f32,
        /// Which face.
        weight: Weight,
        /// How dark: 0 is black, 255 white.
        grey: u8,
        /// The text.
        text: String,
    },
    /// A filled box: lines, bars.
    Box {
        /// From the left.
        x: f32,
        /// From the top.
        y: f32,
        /// How wide.
        width: f32,
        /// How high.
        height: f32,
        /// How dark: 0 is black, 255 white.
        grey: u8,
    },
    /// A QR code with its quiet zone.
    Qr {
        /// From the left.
        x: f32,
        /// From the top.
        y: f32,
        /// How wide and high.
        size: f32,
        /// What it says.
        text: String,
    },
}

/// One page of A4.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// In the order in which they are drawn.
    pub items: Vec<Item>,
}

impl Page {
    /// An empty page.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a line of text.
    pub fn text(&mut self, (x, y): (f32, f32), size: f32, weight: Weight, text: impl Into<String>) {
        self.items.push(Item::Text { x, y, size, weight, grey: 0, text: text.into() });
    }

    /// Adds a thin horizontal line.
    pub fn rule(&mut self, (x, y): (f32, f32), width: f32) {
        self.items.push(Item::Box { x, y, width, height: 0.5, grey: 120 });
    }

    /// Adds a filled box.
    pub fn fill(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), grey: u8) {
        self.items.push(Item::Box { x, y, width, height, grey });
    }

    /// Adds a QR code.
    pub fn qr(&mut self, (x, y): (f32, f32), size: f32, text: impl Into<String>) {
        self.items.push(Item::Qr { x, y, size, text: text.into() });
    }
}
