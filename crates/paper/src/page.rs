//! A page: what stands where, before it is written. Points (1/72 inch), from the top left.

use crate::face::Weight;
use crate::structure::{Part, Structure};

/// The width of A4.
pub const PAGE_WIDTH: f32 = 595.276;
/// The height of A4.
pub const PAGE_HEIGHT: f32 = 841.89;
/// What stays empty on each side.
pub const MARGIN: f32 = 56.7;

/// One thing on a page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
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

/// Something on a page, and the part of the document that it belongs to; what only adorns a page belongs to none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Placed {
    pub(crate) item: Item,
    pub(crate) part: Option<Part>,
}

/// One page of A4.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Page {
    /// In the order in which they are drawn.
    pub(crate) items: Vec<Placed>,
}

/// Pages that are laid out, to be written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    pub(crate) pages: Vec<Page>,
    pub(crate) structure: Structure,
}

impl Layout {
    /// How many pages there are.
    #[must_use]
    pub const fn pages(&self) -> usize {
        self.pages.len()
    }
}

impl Page {
    /// An empty page.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a line of text.
    pub(crate) fn text(
        &mut self,
        part: Option<Part>,
        (x, y): (f32, f32),
        (size, weight, grey): (f32, Weight, u8),
        text: String,
    ) {
        self.items.push(Placed { item: Item::Text { x, y, size, weight, grey, text }, part });
    }

    /// Adds a thin horizontal line.
    pub(crate) fn rule(&mut self, (x, y): (f32, f32), width: f32) {
        self.fill((x, y), (width, 0.5), 120);
    }

    /// Adds a filled box.
    pub(crate) fn fill(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), grey: u8) {
        self.items.push(Placed { item: Item::Box { x, y, width, height, grey }, part: None });
    }

    /// Adds a QR code.
    pub(crate) fn qr(&mut self, part: Part, (x, y): (f32, f32), size: f32, text: String) {
        self.items.push(Placed { item: Item::Qr { x, y, size, text }, part: Some(part) });
    }
}
