//! Thousands of boxes at once, painted pixel by pixel. Without a graphics card a browser's canvas takes a second for what takes
//! some milliseconds here; with one it is no slower. So moving, zooming and the slider stay under the hand.

use portal_model::{
    annotation::{Geometry, Label, Point},
    id::LabelId,
    metrics::Outcome,
};
use wasm_bindgen::JsCast;
use web_sys::CanvasRenderingContext2d;

use super::draw::{self, Place, Seen};

/// More boxes in sight than this are a crowd: dashes of the canvas are what takes long, however few there are.
const CROWD: usize = 40;
/// More than this are drawn in the thinnest lines, without a dark rim.
const DENSE: usize = 2_000;
/// More pixels than this are painted in half as many, each way.
const MOST: f64 = 2_400_000.0;
/// A dash of a model's box and the gap after it, in painted pixels.
const DASH: (i32, i32) = (5, 8);

/// How large the sign of a wrong or missed one is, in painted pixels.
const SIGN: i32 = 8;

/// Draws what is in sight: a few as lines of the canvas, a crowd as pixels. The marked one last and thicker.
#[derive(Default)]
pub struct Crowd {
    bitmap: Bitmap,
    canvas: Option<Canvas>,
}

impl Crowd {
    /// Draws these on a canvas of this size. `unit` is canvas pixels for one of the screen's.
    #[expect(clippy::too_many_arguments, reason = "what a drawing is made of")]
    pub fn draw(
        &mut self,
        context: &CanvasRenderingContext2d,
        room: (f64, f64),
        place: Place,
        unit: f64,
        shown: &[Seen<'_>],
        labels: &[Label],
        marked: Option<Seen<'_>>,
    ) {
        let boxes = shown.iter().filter(|seen| matches!(seen.annotation.geometry, Geometry::Box { .. })).count();
        if boxes <= CROWD {
            return draw::judged(context, place, unit, shown, labels, marked);
        }
        let step = if room.0 * room.1 > MOST { 2.0 } else { 1.0 };
        let is_dense = boxes > DENSE;
        let line = whole((if is_dense { 1.0 } else { 2.0 } * unit / step).max(1.0));
        self.bitmap.begin((room.0 / step, room.1 / step));
        let colours: Vec<(LabelId, u32)> = labels.iter().map(|label| (label.id, packed(&label.color))).collect();
        let small = Place { scale: place.scale / step, x: place.x / step, y: place.y / step };
        // Rims below all lines; people's over models'.
        for layer in [None, Some(true), Some(false)] {
            for Seen { annotation, outcome } in shown {
                let Geometry::Box { x_min, y_min, x_max, y_max } = annotation.geometry else { continue };
                let is_prediction = annotation.prediction.is_some();
                // Lines lie around the edge, as those of a canvas do.
                let half = f64::from(line) / 2.0;
                let (low, high) = (small.at(Point { x: x_min, y: y_min }), small.at(Point { x: x_max, y: y_max }));
                let (low, high) = ((low.0 - half, low.1 - half), (high.0 + half, high.1 + half));
                match layer {
                    None if is_dense => break,
                    None => self.bitmap.rim(low, high, line, is_prediction),
                    Some(predictions) if predictions == is_prediction => {
                        let of_label = annotation.label.and_then(|id| colours.iter().find(|(known, _)| *known == id));
                        let colour = match outcome {
                            None => of_label.map_or(NO_LABEL, |(_, colour)| *colour),
                            Some(Outcome::TruePositive { .. }) => packed(draw::FOUND),
                            Some(Outcome::FalsePositive) => packed(draw::WRONG),
                            Some(Outcome::Missed) => packed(draw::MISSED),
                        };
                        self.bitmap.outline(low, high, colour, line, is_prediction);
                        self.bitmap.sign(low, high, colour, *outcome);
                    }
                    Some(_) => {}
                }
            }
        }
        if let Some(painted) = self.show() {
            context.set_global_alpha(if marked.is_some() { draw::PALE } else { 1.0 });
            context.set_image_smoothing_enabled(step > 1.0);
            let _ = context.draw_image_with_html_canvas_element_and_dw_and_dh(painted, 0.0, 0.0, room.0, room.1);
            context.set_global_alpha(1.0);
        }
        let others: Vec<Seen<'_>> =
            shown.iter().copied().filter(|seen| !matches!(seen.annotation.geometry, Geometry::Box { .. })).collect();
        draw::judged(context, place, unit, &others, labels, marked);
    }

    /// The bitmap as something that a canvas can draw.
    fn show(&mut self) -> Option<&web_sys::HtmlCanvasElement> {
        let (width, height) = (u32::try_from(self.bitmap.width).ok()?, u32::try_from(self.bitmap.height).ok()?);
        if self
            .canvas
            .as_ref()
            .is_none_or(|canvas| canvas.element.width() != width || canvas.element.height() != height)
        {
            self.canvas = Canvas::new(width, height);
        }
        let canvas = self.canvas.as_ref()?;
        canvas.pixels.copy_from(&self.bitmap.pixels);
        canvas.context.put_image_data(&canvas.data, 0.0, 0.0).ok()?;
        Some(&canvas.element)
    }
}

/// A canvas that nobody sees, and its pixels outside of the wasm memory.
struct Canvas {
    element: web_sys::HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    pixels: js_sys::Uint32Array,
    data: web_sys::ImageData,
}

impl Canvas {
    fn new(width: u32, height: u32) -> Option<Self> {
        let element = leptos::prelude::document().create_element("canvas").ok()?;
        let element = element.dyn_into::<web_sys::HtmlCanvasElement>().ok()?;
        element.set_width(width);
        element.set_height(height);
        let context = element.get_context("2d").ok().flatten()?.dyn_into::<CanvasRenderingContext2d>().ok()?;
        let pixels = js_sys::Uint32Array::new_with_length(width * height);
        let bytes = js_sys::Uint8ClampedArray::new(&pixels.buffer());
        let data = web_sys::ImageData::new_with_js_u8_clamped_array_and_sh(&bytes, width, height).ok()?;
        Some(Self { element, context, pixels, data })
    }
}

/// The dark rim of a line, so that it is seen on any picture: more than half of black.
const RIM: u32 = 0x8c00_0000;
/// The grey of annotations without a label, as in [`draw::colour`].
const NO_LABEL: u32 = 0xff96_8e86;

/// `#rrggbb` as the bytes red, green, blue, opaque lie in memory.
fn packed(colour: &str) -> u32 {
    let digits = colour.strip_prefix('#').and_then(|digits| u32::from_str_radix(digits, 16).ok());
    digits.map_or(NO_LABEL, |rgb| (rgb << 8 | 0xff).swap_bytes())
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to what a screen has many times over")]
fn whole(number: f64) -> i32 {
    number.round().clamp(-1e6, 1e6) as i32
}

/// Pixels, row by row.
#[derive(Default)]
struct Bitmap {
    width: i32,
    height: i32,
    pixels: Vec<u32>,
}

impl Bitmap {
    /// Empty, of this size.
    fn begin(&mut self, (width, height): (f64, f64)) {
        (self.width, self.height) = (whole(width).max(1), whole(height).max(1));
        self.pixels.clear();
        self.pixels.resize(usize::try_from(self.width * self.height).unwrap_or_default(), 0);
    }

    /// The outline of a box, its lines inwards from its edges.
    fn outline(&mut self, low: (f64, f64), high: (f64, f64), colour: u32, line: i32, dashed: bool) {
        let (left, top) = (whole(low.0), whole(low.1));
        let (right, bottom) = (whole(high.0).max(left + 1), whole(high.1).max(top + 1));
        // A small one has no inside: it is a dot.
        let line = line.min((right - left).min(bottom - top));
        for i in 0..line {
            self.across(left, right, top + i, colour, dashed);
            self.across(left, right, bottom - 1 - i, colour, dashed);
            self.down(top, bottom, left + i, colour, dashed);
            self.down(top, bottom, right - 1 - i, colour, dashed);
        }
    }

    /// What lies around the lines of such a box, outside and inside.
    fn rim(&mut self, low: (f64, f64), high: (f64, f64), line: i32, dashed: bool) {
        let line = f64::from(line);
        self.outline((low.0 - 1.0, low.1 - 1.0), (high.0 + 1.0, high.1 + 1.0), RIM, 1, dashed);
        if high.0 - low.0 > 2.0 * line && high.1 - low.1 > 2.0 * line {
            self.outline((low.0 + line, low.1 + line), (high.0 - line, high.1 - line), RIM, 1, dashed);
        }
    }

    /// What became of it, for who does not see the colour: a cross in the corner of a wrong one, a filled corner of a missed one.
    /// Small ones have no room for it.
    fn sign(&mut self, low: (f64, f64), high: (f64, f64), colour: u32, outcome: Option<Outcome>) {
        let (left, top) = (whole(low.0), whole(low.1));
        if high.0 - low.0 < f64::from(2 * SIGN) || high.1 - low.1 < f64::from(2 * SIGN) {
            return;
        }
        for i in 0..SIGN {
            match outcome {
                Some(Outcome::FalsePositive) => {
                    self.across(left + i, left + i + 2, top + i, colour, false);
                    self.across(left + SIGN - 1 - i, left + SIGN + 1 - i, top + i, colour, false);
                }
                Some(Outcome::Missed) => self.across(left, left + SIGN - i, top + i, colour, false),
                Some(Outcome::TruePositive { .. }) | None => return,
            }
        }
    }

    fn across(&mut self, from: i32, to: i32, y: i32, colour: u32, dashed: bool) {
        if y < 0 || y >= self.height {
            return;
        }
        let (start, end) = (from.max(0), to.min(self.width));
        let Ok(row) = usize::try_from(y * self.width) else { return };
        let (Ok(first), Ok(last)) = (usize::try_from(start), usize::try_from(end)) else { return };
        if first >= last {
            return;
        }
        let Some(pixels) = self.pixels.get_mut(row + first..row + last) else { return };
        if !dashed {
            return pixels.fill(colour);
        }
        for (x, pixel) in (start - from..).zip(pixels) {
            if x % DASH.1 < DASH.0 {
                *pixel = colour;
            }
        }
    }

    fn down(&mut self, from: i32, to: i32, x: i32, colour: u32, dashed: bool) {
        if x < 0 || x >= self.width {
            return;
        }
        let (start, end) = (from.max(0), to.min(self.height));
        let (Ok(first), Ok(width)) = (usize::try_from(start * self.width + x), usize::try_from(self.width)) else {
            return;
        };
        let Some(pixels) = self.pixels.get_mut(first..) else { return };
        for (y, pixel) in (start..end).zip(pixels.iter_mut().step_by(width)) {
            if !dashed || (y - from) % DASH.1 < DASH.0 {
                *pixel = colour;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: u32 = 0xff00_00ff;

    fn painted(width: i32, low: (f64, f64), high: (f64, f64), line: i32, dashed: bool) -> Vec<String> {
        let mut bitmap = Bitmap::default();
        bitmap.begin((f64::from(width), 6.0));
        bitmap.outline(low, high, RED, line, dashed);
        let row = |row: &[u32]| row.iter().map(|pixel| if *pixel == 0 { '.' } else { '#' }).collect();
        bitmap.pixels.chunks(usize::try_from(width).expect("small")).map(row).collect()
    }

    #[test]
    fn a_box_is_its_outline() {
        assert_eq!(
            painted(8, (1.0, 1.0), (7.0, 5.0), 1, false),
            ["........", ".######.", ".#....#.", ".#....#.", ".######.", "........"]
        );
        assert_eq!(painted(8, (1.0, 1.0), (7.0, 5.0), 2, false)[2], ".######.", "two pixels inwards");
    }

    #[test]
    fn what_is_outside_is_not_painted_and_nothing_wraps_around() {
        let none = vec!["........"; 6];
        assert_eq!(painted(8, (-9.0, -9.0), (-2.0, -2.0), 2, false), none);
        assert_eq!(painted(8, (-9.0, -9.0), (99.0, 99.0), 2, false), none, "its edges are all outside");
        assert_eq!(painted(8, (9.0, 1.0), (99.0, 4.0), 1, true), none);
        assert_eq!(
            painted(8, (-3.0, 2.0), (2.0, 1e9), 1, false),
            ["........", "........", "##......", ".#......", ".#......", ".#......"]
        );
    }

    #[test]
    fn a_box_without_an_inside_is_a_dot() {
        assert_eq!(painted(8, (3.2, 2.1), (3.3, 2.2), 2, false)[2], "...#....");
        assert_eq!(painted(8, (3.0, 2.0), (3.0, 2.0), 1, true)[2], "...#....");
    }

    #[test]
    fn a_rim_lies_around_the_lines() {
        let mut bitmap = Bitmap::default();
        bitmap.begin((9.0, 9.0));
        bitmap.rim((1.0, 1.0), (8.0, 8.0), 1, false);
        bitmap.outline((1.0, 1.0), (8.0, 8.0), RED, 1, false);
        let sign = |pixel: &u32| match *pixel {
            0 => '.',
            RED => '#',
            _ => 'o',
        };
        let rows: Vec<String> = bitmap.pixels.chunks(9).map(|row| row.iter().map(sign).collect()).collect();
        assert_eq!(rows[..4], ["ooooooooo", "o#######o", "o#ooooo#o", "o#o...o#o"]);
    }

    #[test]
    fn wrong_and_missed_ones_have_a_sign_when_there_is_room() {
        let signed = |to: f64, outcome| {
            let mut bitmap = Bitmap::default();
            bitmap.begin((20.0, 20.0));
            bitmap.sign((0.0, 0.0), (to, to), RED, Some(outcome));
            let rows = bitmap.pixels.chunks(20).take(3);
            rows.map(|row| row[..10].iter().map(|pixel| if *pixel == 0 { '.' } else { '#' }).collect::<String>())
                .collect::<Vec<_>>()
        };
        assert_eq!(signed(20.0, Outcome::FalsePositive), ["##.....##.", ".##...##..", "..##.##..."]);
        assert_eq!(signed(20.0, Outcome::Missed), ["########..", "#######...", "######...."]);
        assert_eq!(signed(10.0, Outcome::Missed), [".........."; 3]);
        assert_eq!(signed(20.0, Outcome::TruePositive { with: 0, iou: 1.0 }), [".........."; 3]);
    }

    #[test]
    fn models_boxes_are_dashed() {
        assert_eq!(painted(20, (0.0, 0.0), (20.0, 6.0), 1, true)[0], "#####...#####...####");
    }

    #[test]
    fn colours_are_bytes_in_the_order_of_a_canvas() {
        assert_eq!(packed("#0a0b0c").to_le_bytes(), [0x0a, 0x0b, 0x0c, 0xff]);
        assert_eq!(packed("nothing").to_le_bytes(), packed("#868e96").to_le_bytes());
    }
}
