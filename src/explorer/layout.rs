//! Where tiles are: cells of one size in rows, of which only those near the opening are drawn. Pure, so that it can be tested
//! anywhere.

use std::ops::Range;

use crate::paths::TileSize;

/// Room between tiles, in pixels.
pub const GAP: f64 = 10.0;
/// Height of the words below a picture, in pixels: `.tile-words` in `explorer.css`.
pub const WORDS: f64 = 50.0;
/// Height of a row of the table, in pixels.
pub const ROW: f64 = 40.0;
/// Height of its head, which stays above the rows: `.table-head` in `explorer.css`.
pub const HEAD: f64 = 34.0;
/// No more tiles than this are in the page at any time.
pub const MOST: u32 = 400;
/// More columns help nobody, and rows of so many tiles could not all be drawn.
const COLUMNS: u32 = 20;
/// Rows drawn above and below what is seen.
const OVERSCAN: u32 = 2;
/// Elements end at 17.8 million pixels in Firefox, 33.5 million in Chromium. Longer lists are scrolled in larger steps.
const TALLEST: f64 = 12_000_000.0;

/// All tiles, laid out for an opening.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cells {
    /// How many tiles there are.
    pub total: u32,
    /// How many stand side by side; at least one.
    pub columns: u32,
    /// Width of a tile, in pixels.
    pub width: f64,
    /// Height of a tile's picture, in pixels; of a whole row of the table.
    pub picture: f64,
    /// Height of the words below it, in pixels.
    words: f64,
    /// Room between tiles, in pixels.
    pub gap: f64,
    /// Height of the opening, in pixels.
    pub view: f64,
    /// Room at both sides, in pixels.
    pub edge: f64,
}

/// Where an arrow key leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The tile before.
    Back,
    /// The tile after.
    On,
    /// The one above.
    Up,
    /// The one below.
    Down,
    /// As many rows up as are seen.
    PageUp,
    /// As many rows down as are seen.
    PageDown,
    /// The first of all.
    First,
    /// The last of all.
    Last,
}

impl Cells {
    /// Lays tiles out for an opening so wide and high, in pixels.
    pub fn new(total: u32, size: TileSize, (width, view): (f64, f64)) -> Self {
        let is_wide = width >= 720.0;
        if size == TileSize::Table {
            let view = (view - HEAD).max(0.0);
            return Self { total, columns: 1, width, picture: ROW, words: 0.0, gap: 0.0, view, edge: 0.0 };
        }
        let (least, picture) = match (size, is_wide) {
            (TileSize::Small, false) => (100.0, 84.0),
            (TileSize::Small, true) => (124.0, 96.0),
            (TileSize::Medium, false) => (150.0, 124.0),
            (TileSize::Medium, true) => (204.0, 156.0),
            (TileSize::Large | TileSize::Table, false) => (280.0, 220.0),
            (TileSize::Large | TileSize::Table, true) => (340.0, 264.0),
        };
        let edge = if is_wide { 24.0 } else { 16.0 };
        let room = (width - 2.0 * edge).max(least);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 1 and COLUMNS")]
        let columns = ((room + GAP) / (least + GAP)).floor().clamp(1.0, f64::from(COLUMNS)) as u32;
        let width = (room - GAP * f64::from(columns - 1)) / f64::from(columns);
        Self { total, columns, width, picture, words: WORDS, gap: GAP, view: view.max(0.0), edge }
    }

    /// Height of a row with the room below it, in pixels.
    pub fn row(&self) -> f64 {
        self.picture + self.words + self.gap
    }

    fn rows(&self) -> u32 {
        self.total.div_ceil(self.columns)
    }

    fn whole(&self) -> f64 {
        f64::from(self.rows()) * self.row() + self.gap
    }

    /// Height of what is scrolled, in pixels.
    pub fn height(&self) -> f64 {
        self.whole().min(TALLEST)
    }

    /// Pixels of tiles for one pixel of scrolling: 1 but for very long lists.
    fn ratio(&self) -> f64 {
        let room = self.height() - self.view;
        if room > 0.0 { (self.whole() - self.view) / room } else { 1.0 }
    }

    /// Pixels of tiles above the opening.
    fn above(&self, offset: f64) -> f64 {
        offset.clamp(0.0, (self.height() - self.view).max(0.0)) * self.ratio()
    }

    /// Where a row stands in what is scrolled, in pixels, at this scrolling.
    pub fn top(&self, row: u32, offset: f64) -> f64 {
        let at = self.gap / 2.0 + f64::from(row) * self.row();
        if self.whole() <= TALLEST { at } else { at - self.above(offset) + offset }
    }

    /// The rows to draw: those seen, and some around them.
    pub fn drawn(&self, offset: f64) -> Range<u32> {
        let most = (MOST / self.columns).max(1);
        let seen = self.seen().min(most);
        let around = OVERSCAN.min((most - seen) / 2);
        let first = self.first_row(offset);
        let last = first.saturating_add(seen).saturating_add(around).min(self.rows());
        first.saturating_sub(around).min(last)..last
    }

    /// The tiles in these rows.
    pub fn tiles(&self, rows: Range<u32>) -> Range<u32> {
        let end = |row: u32| row.saturating_mul(self.columns).min(self.total);
        end(rows.start)..end(rows.end)
    }

    /// The first tile of the topmost row that is seen.
    pub fn first(&self, offset: f64) -> u32 {
        self.first_row(offset).saturating_mul(self.columns).min(self.total.saturating_sub(1))
    }

    fn first_row(&self, offset: f64) -> u32 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the rows there are")]
        let first = (self.above(offset) / self.row()).floor().min(f64::from(self.rows())) as u32;
        first
    }

    fn seen(&self) -> u32 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "no screen is that high")]
        let seen = (self.view / self.row()).ceil().min(1e6) as u32 + 1;
        seen
    }

    fn scrolled_for(&self, above: f64) -> f64 {
        (above / self.ratio()).clamp(0.0, (self.height() - self.view).max(0.0))
    }

    /// Where to scroll so that the row of a tile is the topmost.
    pub fn offset_of(&self, tile: u32) -> f64 {
        self.scrolled_for(f64::from(tile / self.columns) * self.row())
    }

    /// Where to scroll so that a tile is wholly seen; `None` when it is.
    pub fn reveal(&self, tile: u32, offset: f64) -> Option<f64> {
        let top = f64::from(tile / self.columns) * self.row();
        let (bottom, above) = (top + self.row() + self.gap, self.above(offset));
        if top < above {
            Some(self.scrolled_for(top))
        } else if bottom > above + self.view {
            Some(self.scrolled_for(bottom - self.view))
        } else {
            None
        }
    }

    /// The tile that a key leads to; the first when none was chosen.
    pub fn step(&self, from: Option<u32>, step: Step) -> u32 {
        let last = self.total.saturating_sub(1);
        let page = self.columns.saturating_mul(self.seen().saturating_sub(2).max(1));
        let Some(from) = from else { return if step == Step::Last { last } else { 0 } };
        let up = |by: u32| if from >= by { from - by } else { from % self.columns };
        let to = match step {
            Step::Back => from.saturating_sub(1),
            Step::On => from.saturating_add(1),
            Step::Up => up(self.columns),
            Step::PageUp => up(page),
            // Below the last full row there may be nothing just here: the last tile is meant.
            Step::Down if from / self.columns == last / self.columns => from,
            Step::Down => from.saturating_add(self.columns),
            Step::PageDown => from.saturating_add(page),
            Step::First => 0,
            Step::Last => last,
        };
        to.min(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(total: u32) -> Cells {
        Cells::new(total, TileSize::Medium, (1224.0, 700.0))
    }

    #[test]
    fn cells_fill_the_room_whatever_it_is() {
        for width in [0.0, 40.0, 360.0, 719.0, 720.0, 1224.0, 3624.0, 7464.0] {
            for size in [TileSize::Small, TileSize::Medium, TileSize::Large] {
                let cells = Cells::new(9, size, (width, 700.0));
                let used = cells.width * f64::from(cells.columns) + GAP * f64::from(cells.columns - 1);
                assert!(cells.columns >= 1 && cells.columns <= COLUMNS);
                assert!(width < 360.0 || (used - (width - 2.0 * cells.edge)).abs() < 0.01, "{width} {size:?}");
            }
        }
        assert_eq!(Cells::new(9, TileSize::Small, (360.0, 500.0)).columns, 3);
        assert_eq!(Cells::new(9, TileSize::Medium, (360.0, 500.0)).columns, 2);
        assert_eq!(Cells::new(9, TileSize::Large, (360.0, 500.0)).columns, 1);
    }

    #[test]
    fn few_tiles_are_drawn_wherever_it_is_scrolled_on_any_screen() {
        for size in [TileSize::Small, TileSize::Medium, TileSize::Large, TileSize::Table] {
            for room in [(360.0, 500.0), (1224.0, 700.0), (3624.0, 2000.0), (7464.0, 4200.0)] {
                let cells = Cells::new(100_000, size, room);
                let mut offset = 0.0;
                while offset <= cells.height() {
                    let rows = cells.drawn(offset);
                    let tiles = cells.tiles(rows.clone());
                    assert!(tiles.len() <= MOST as usize && !tiles.is_empty(), "{size:?} {room:?} {offset}");
                    assert!(
                        room.0 > 4000.0 || cells.top(rows.start, offset) <= offset + GAP,
                        "from the top of the opening"
                    );
                    let bottom = cells.top(rows.end, offset);
                    assert!(room.0 > 4000.0 || rows.end == cells.rows() || bottom >= offset + cells.view, "to its end");
                    offset += cells.height() / 97.0;
                }
            }
        }
        assert_eq!(wide(0).drawn(0.0), 0..0);
        assert_eq!(wide(3).tiles(wide(3).drawn(0.0)), 0..3);
        assert_eq!(wide(100).drawn(-50.0), wide(100).drawn(0.0), "elastic scrolling");
    }

    #[test]
    fn the_last_tile_can_be_reached_exactly_even_in_a_list_that_no_element_could_hold() {
        for (total, size, room) in [
            (100_003, TileSize::Medium, (1224.0, 700.0)),
            (100_000, TileSize::Large, (360.0, 500.0)),
            (5_000_000, TileSize::Large, (360.0, 500.0)),
            (5_000_000, TileSize::Table, (1224.0, 700.0)),
        ] {
            let cells = Cells::new(total, size, room);
            assert!(cells.height() <= TALLEST);
            let end = cells.height() - cells.view;
            let rows = cells.drawn(end);
            assert_eq!(cells.tiles(rows.clone()).end, total);
            // Its lower edge is the end of what is scrolled.
            assert!((cells.top(rows.end - 1, end) + cells.row() + cells.gap / 2.0 - cells.height()).abs() < 0.01);
            assert_eq!(cells.reveal(total - 1, end), None);
            assert!((cells.reveal(total - 1, 0.0).expect("far") - end).abs() < 0.01);
            assert!(cells.reveal(0, end).expect("far").abs() < 0.01);
        }
    }

    #[test]
    fn the_topmost_tile_stays_the_topmost_in_another_size() {
        let small = Cells::new(10_000, TileSize::Small, (1224.0, 700.0));
        let large = Cells::new(10_000, TileSize::Large, (1224.0, 700.0));
        let offset = small.offset_of(4_321);
        let first = small.first(offset);
        let again = large.first(large.offset_of(first));
        assert!(again <= first && first - again < large.columns);
    }

    #[test]
    fn keys_lead_to_tiles_that_are_there() {
        let cells = wide(13);
        assert_eq!(cells.columns, 5);
        assert_eq!(cells.step(None, Step::On), 0);
        assert_eq!(cells.step(Some(0), Step::On), 1);
        assert_eq!(cells.step(Some(0), Step::Back), 0);
        assert_eq!(cells.step(Some(12), Step::On), 12);
        assert_eq!(cells.step(Some(6), Step::Up), 1);
        assert_eq!(cells.step(Some(3), Step::Up), 3);
        assert_eq!(cells.step(Some(6), Step::Down), 11);
        assert_eq!(cells.step(Some(9), Step::Down), 12, "nothing just below: the last");
        assert_eq!(cells.step(Some(11), Step::Down), 11);
        assert_eq!(cells.step(Some(2), Step::Last), 12);
        assert_eq!(cells.step(None, Step::Last), 12);
        assert_eq!(cells.step(Some(12), Step::First), 0);
        assert_eq!(wide(0).step(Some(4), Step::Down), 0);
    }
}
