//! The core of the virtual list: which rows to draw. Pure, so that it can be tested anywhere.

use std::ops::Range;

/// A list of rows of one height, seen through an opening.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// How many rows there are.
    pub total: u32,
    /// Height of a row, in pixels.
    pub row: f64,
    /// Height of the opening, in pixels.
    pub view: f64,
    /// How far it is scrolled, in pixels.
    pub offset: f64,
}

/// Rows drawn above and below what is seen.
const OVERSCAN: u32 = 8;

impl Window {
    /// Height of all rows, in pixels.
    pub fn height(&self) -> f64 {
        f64::from(self.total) * self.row
    }

    /// The rows to draw: those seen, and some around them.
    pub fn drawn(&self) -> Range<u32> {
        let first = self.first().saturating_sub(OVERSCAN);
        let last = self.first().saturating_add(self.seen()).saturating_add(OVERSCAN);
        first.min(self.total)..last.min(self.total)
    }

    /// The topmost row that is seen, at least in part.
    pub fn first(&self) -> u32 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the rows there are")]
        let first = (self.offset.max(0.0) / self.row).floor().min(f64::from(self.total)) as u32;
        first
    }

    fn seen(&self) -> u32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "screens have fewer than a million rows"
        )]
        let seen = (self.view.max(0.0) / self.row).ceil().min(1e6) as u32 + 1;
        seen
    }

    /// Where to scroll so that a row is wholly seen; `None` when it is.
    pub fn reveal(&self, index: u32) -> Option<f64> {
        let (top, bottom) = (f64::from(index) * self.row, f64::from(index + 1) * self.row);
        if top < self.offset {
            Some(top)
        } else if bottom > self.offset + self.view {
            Some(bottom - self.view)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: Window = Window { total: 10_000, row: 60.0, view: 600.0, offset: 0.0 };

    #[test]
    fn few_rows_are_drawn_wherever_it_is_scrolled() {
        assert_eq!(LIST.drawn(), 0..19);
        assert_eq!(Window { offset: 30_000.0, ..LIST }.drawn(), 492..519);
        assert_eq!(Window { offset: 1e9, ..LIST }.drawn(), 9_992..10_000);
        assert_eq!(Window { offset: -50.0, ..LIST }.drawn(), 0..19, "elastic scrolling");
        assert_eq!(Window { total: 0, ..LIST }.drawn(), 0..0);
        assert_eq!(Window { total: 3, ..LIST }.drawn(), 0..3);
    }

    #[test]
    fn the_last_row_can_be_reached_exactly() {
        let end = LIST.height() - LIST.view;
        let last = Window { offset: end, ..LIST };
        assert!(last.drawn().contains(&9_999));
        assert_eq!(last.reveal(9_999), None);
        assert_eq!(LIST.reveal(9_999), Some(end));
        assert_eq!(last.reveal(0), Some(0.0));
    }
}
