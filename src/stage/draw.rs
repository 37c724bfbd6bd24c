//! Draws annotations on a canvas: people's solid, models' dashed. While predictions are compared, the colour says what became of
//! each, and so does a mark at its corner.

use portal_model::{
    annotation::{Annotation, Geometry, Label, Point},
    metrics::Outcome,
    results::ResultView,
};
use web_sys::CanvasRenderingContext2d;

/// The largest zoom: canvas pixels for one of the picture.
const MOST: f64 = 32.0;

/// From pixels of the picture to pixels of the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Canvas pixels for one pixel of the picture.
    pub scale: f64,
    /// Left edge of the picture on the canvas.
    pub x: f64,
    /// Top edge of the picture on the canvas.
    pub y: f64,
}

impl Place {
    /// The largest that fits, in the middle.
    pub fn fit(picture: (f64, f64), canvas: (f64, f64)) -> Self {
        let scale = (canvas.0 / picture.0).min(canvas.1 / picture.1).min(4.0);
        let scale = if scale.is_finite() && scale > 0.0 { scale } else { 1.0 };
        Self { scale, x: (canvas.0 - picture.0 * scale) / 2.0, y: (canvas.1 - picture.1 * scale) / 2.0 }
    }

    /// The point of the canvas at a point of the picture.
    pub fn at(&self, point: Point) -> (f64, f64) {
        (self.x + point.x * self.scale, self.y + point.y * self.scale)
    }

    /// The point of the picture at a point of the canvas.
    pub fn back(&self, (x, y): (f64, f64)) -> Point {
        Point { x: (x - self.x) / self.scale, y: (y - self.y) / self.scale }
    }

    /// Larger or smaller by a factor around a point of the canvas, within what makes sense: not below the whole picture, nor
    /// above 32 canvas pixels for one of the picture. `None` is the whole picture.
    pub fn zoomed(&self, factor: f64, at: (f64, f64), picture: (f64, f64), canvas: (f64, f64)) -> Option<Self> {
        let fit = Self::fit(picture, canvas);
        let scale = (self.scale * factor).min(MOST.max(fit.scale));
        if scale <= fit.scale * 1.001 {
            return None;
        }
        let kept = self.back(at);
        Some(Self { scale, x: at.0 - kept.x * scale, y: at.1 - kept.y * scale }.held(picture, canvas))
    }

    /// Moved, in canvas pixels.
    pub fn moved(&self, dx: f64, dy: f64, picture: (f64, f64), canvas: (f64, f64)) -> Self {
        Self { x: self.x + dx, y: self.y + dy, ..*self }.held(picture, canvas)
    }

    /// This part of the picture in the middle, a third of the canvas large where the picture allows that. `None` is the whole
    /// picture.
    pub fn around((low, high): (Point, Point), picture: (f64, f64), canvas: (f64, f64)) -> Option<Self> {
        const SHARE: f64 = 3.0;
        /// Nearer than this helps nobody to see where it is, in times the whole picture.
        const NEAREST: f64 = 6.0;
        let fit = Self::fit(picture, canvas);
        let (width, height) = ((high.x - low.x).max(1.0), (high.y - low.y).max(1.0));
        let scale = (canvas.0 / SHARE / width).min(canvas.1 / SHARE / height).min(fit.scale * NEAREST).min(MOST);
        if scale <= fit.scale * 1.001 {
            return None;
        }
        let (x, y) = (f64::midpoint(low.x, high.x), f64::midpoint(low.y, high.y));
        let place = Self { scale, x: canvas.0 / 2.0 - x * scale, y: canvas.1 / 2.0 - y * scale };
        Some(place.held(picture, canvas))
    }

    /// No further than its edges; in the middle where it is smaller than the canvas.
    fn held(self, picture: (f64, f64), canvas: (f64, f64)) -> Self {
        let hold =
            |at: f64, size: f64, room: f64| if size <= room { (room - size) / 2.0 } else { at.clamp(room - size, 0.0) };
        Self {
            x: hold(self.x, picture.0 * self.scale, canvas.0),
            y: hold(self.y, picture.1 * self.scale, canvas.1),
            ..self
        }
    }
}

/// Whether there is anything to draw on a picture.
pub fn is_drawable(geometry: &Geometry) -> bool {
    is_placed(geometry) && !matches!(geometry, Geometry::Words { .. } | Geometry::Stretch { .. })
}

/// Whether it is somewhere that can be pointed at: on a picture, in a text or along a sound.
pub fn is_placed(geometry: &Geometry) -> bool {
    !matches!(geometry, Geometry::Whole | Geometry::Other { .. })
}

/// Colour of a label.
pub fn colour(labels: &[Label], annotation: &Annotation) -> String {
    let label = annotation.label.and_then(|id| labels.iter().find(|label| label.id == id));
    label.map_or_else(|| "#868e96".to_owned(), |label| label.color.clone())
}

/// Lines reach so far beyond their shape, in canvas pixels.
const REACH: f64 = 8.0;

/// Colours of what became of a prediction or a truth: told apart also by those who see fewer colours, and on any picture.
pub const FOUND: &str = "#56b4e9";
/// Of a prediction that found nothing.
pub const WRONG: &str = "#ff7b39";
/// Of a truth that nothing found.
pub const MISSED: &str = "#f0e442";

/// An annotation in sight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen<'a> {
    /// The annotation.
    pub annotation: &'a Annotation,
    /// What became of it, while predictions are compared.
    pub outcome: Option<Outcome>,
}

impl Seen<'_> {
    /// What it is drawn in.
    pub fn colour(&self, labels: &[Label]) -> String {
        match self.outcome {
            None => colour(labels, self.annotation),
            Some(Outcome::TruePositive { .. }) => FOUND.to_owned(),
            Some(Outcome::FalsePositive) => WRONG.to_owned(),
            Some(Outcome::Missed) => MISSED.to_owned(),
        }
    }
}

/// Those that the view shows and that reach into a canvas of this size.
pub fn in_sight<'a>(
    annotations: &'a [Annotation],
    view: &ResultView,
    place: Place,
    room: (f64, f64),
) -> Vec<&'a Annotation> {
    seen(annotations, &[], view, place, room).into_iter().map(|seen| seen.annotation).collect()
}

/// The same with what became of each.
pub fn seen<'a>(
    annotations: &'a [Annotation],
    outcomes: &[Option<Outcome>],
    view: &ResultView,
    place: Place,
    room: (f64, f64),
) -> Vec<Seen<'a>> {
    let (low, high) = (place.back((-REACH, -REACH)), place.back((room.0 + REACH, room.1 + REACH)));
    let reaches = |annotation: &Annotation| {
        bounds(&annotation.geometry)
            .is_some_and(|(from, to)| from.x <= high.x && from.y <= high.y && to.x >= low.x && to.y >= low.y)
            && view.hides(annotation).is_none()
    };
    let all = annotations.iter().enumerate().filter(|(_, annotation)| reaches(annotation));
    all.map(|(i, annotation)| Seen { annotation, outcome: outcomes.get(i).copied().flatten() }).collect()
}

/// Draws these; the marked one last and thicker, the others then paler. `unit` is canvas pixels for one of the screen's.
pub fn all(
    context: &CanvasRenderingContext2d,
    place: Place,
    unit: f64,
    shown: &[&Annotation],
    labels: &[Label],
    marked: Option<&Annotation>,
) {
    let seen = |annotation| Seen { annotation, outcome: None };
    let shown: Vec<Seen<'_>> = shown.iter().copied().map(seen).collect();
    judged(context, place, unit, &shown, labels, marked.map(seen));
}

/// The same with what became of each.
pub fn judged(
    context: &CanvasRenderingContext2d,
    place: Place,
    unit: f64,
    shown: &[Seen<'_>],
    labels: &[Label],
    marked: Option<Seen<'_>>,
) {
    let mut groups: Vec<(String, bool, Vec<&Annotation>)> = Vec::new();
    for seen in shown {
        let (colour, dashed) = (seen.colour(labels), seen.annotation.prediction.is_some());
        match groups.iter_mut().find(|(c, d, _)| *c == colour && *d == dashed) {
            Some((.., group)) => group.push(seen.annotation),
            None => groups.push((colour, dashed, vec![seen.annotation])),
        }
    }
    context.set_global_alpha(if marked.is_some() { PALE } else { 1.0 });
    for (colour, dashed, group) in &groups {
        strokes(context, place, unit, group, colour, *dashed, 2.0);
    }
    shown.iter().for_each(|seen| sign(context, place, unit, seen));
    context.set_global_alpha(1.0);
    if let Some(seen) = marked {
        let dashed = seen.annotation.prediction.is_some();
        strokes(context, place, unit, &[seen.annotation], &seen.colour(labels), dashed, 4.0);
        sign(context, place, unit, &seen);
    }
}

/// A mark at the corner says what became of it: a tick for a prediction that found something, a cross for one that did not, a
/// ring for a truth that was missed. A truth that was found has its prediction's.
fn sign(context: &CanvasRenderingContext2d, place: Place, unit: f64, seen: &Seen<'_>) {
    let is_prediction = seen.annotation.prediction.is_some();
    let (Some(outcome), Some((corner, _))) = (seen.outcome, bounds(&seen.annotation.geometry)) else { return };
    if outcome.is_hit() && !is_prediction {
        return;
    }
    let (x, y) = place.at(corner);
    let _ = context.set_line_dash(&js_sys::Array::new());
    context.begin_path();
    // Fails only for a negative radius.
    let _ = context.arc(x, y, 8.0 * unit, 0.0, std::f64::consts::TAU);
    context.set_fill_style_str("#16181d");
    context.fill();
    context.set_stroke_style_str(&seen.colour(&[]));
    context.set_line_width(2.0 * unit);
    context.begin_path();
    let line = |points: &[(f64, f64)]| {
        for (i, (dx, dy)) in points.iter().enumerate() {
            let (x, y) = (x + dx * unit, y + dy * unit);
            if i == 0 { context.move_to(x, y) } else { context.line_to(x, y) }
        }
    };
    match outcome {
        Outcome::TruePositive { .. } => line(&[(-4.0, 0.0), (-1.0, 3.0), (4.0, -3.0)]),
        Outcome::FalsePositive => {
            line(&[(-3.0, -3.0), (3.0, 3.0)]);
            line(&[(-3.0, 3.0), (3.0, -3.0)]);
        }
        Outcome::Missed => drop(context.arc(x, y, 3.5 * unit, 0.0, std::f64::consts::TAU)),
    }
    context.stroke();
}

/// How pale the others are while one is marked.
pub const PALE: f64 = 0.35;

fn strokes(
    context: &CanvasRenderingContext2d,
    place: Place,
    unit: f64,
    group: &[&Annotation],
    colour: &str,
    dashed: bool,
    width: f64,
) {
    let dash = js_sys::Array::new();
    if dashed {
        dash.push(&(5.0 * unit).into());
        dash.push(&(3.5 * unit).into());
    }
    let _ = context.set_line_dash(&dash);
    // A dark line under the coloured one, so that it is seen on any picture.
    for (colour, width) in [("rgba(0,0,0,.55)", width + 2.0), (colour, width)] {
        context.set_stroke_style_str(colour);
        context.set_line_width(width * unit);
        // One path of many shapes would take the browser longer than many paths: the time grows with its square.
        for annotation in group {
            if let Geometry::Box { x_min, y_min, x_max, y_max } = annotation.geometry {
                let (x, y) = place.at(Point { x: x_min, y: y_min });
                context.stroke_rect(x, y, (x_max - x_min) * place.scale, (y_max - y_min) * place.scale);
            } else {
                context.begin_path();
                outline(context, place, unit, &annotation.geometry);
                context.stroke();
            }
        }
    }
}

/// The smallest shown annotation at a point of the picture, by what surrounds it.
pub fn at(point: Point, annotations: &[Annotation], view: &ResultView) -> Option<usize> {
    let shown = annotations.iter().enumerate().filter(|(_, annotation)| view.hides(annotation).is_none());
    let here = shown.filter_map(|(i, annotation)| {
        let (low, high) = bounds(&annotation.geometry)?;
        let inside = (low.x..=high.x).contains(&point.x) && (low.y..=high.y).contains(&point.y);
        inside.then_some((i, (high.x - low.x) * (high.y - low.y)))
    });
    here.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(i, _)| i)
}

/// Points are so large to a hand, in pixels of the picture.
const OF_A_POINT: f64 = 4.0;

/// What a hand finds it by: the smallest upright rectangle around it; around a point a little more.
pub fn bounds(geometry: &Geometry) -> Option<(Point, Point)> {
    let (low, high) = geometry.bounds()?;
    Some(match geometry {
        Geometry::Point { .. } => (
            Point { x: low.x - OF_A_POINT, y: low.y - OF_A_POINT },
            Point { x: high.x + OF_A_POINT, y: high.y + OF_A_POINT },
        ),
        _ => (low, high),
    })
}

fn outline(context: &CanvasRenderingContext2d, place: Place, unit: f64, geometry: &Geometry) {
    let line = |points: &[Point], closed: bool| {
        for (i, point) in points.iter().enumerate() {
            let (x, y) = place.at(*point);
            if i == 0 { context.move_to(x, y) } else { context.line_to(x, y) }
        }
        if closed {
            context.close_path();
        }
    };
    let dot = |point: Point| {
        let (x, y) = place.at(point);
        context.move_to(x + 4.0 * unit, y);
        // Fails only for a negative radius.
        let _ = context.arc(x, y, 4.0 * unit, 0.0, std::f64::consts::TAU);
    };
    match geometry {
        Geometry::Box { x_min, y_min, x_max, y_max } => {
            let (x, y) = place.at(Point { x: *x_min, y: *y_min });
            context.rect(x, y, (x_max - x_min) * place.scale, (y_max - y_min) * place.scale);
        }
        Geometry::Polygon { points } => line(points, true),
        Geometry::Line { points } => line(points, false),
        Geometry::Point { at } => dot(*at),
        Geometry::Ellipse { center, width, height, angle } => {
            let (x, y) = place.at(*center);
            let _ = context.ellipse(
                x,
                y,
                width / 2.0 * place.scale,
                height / 2.0 * place.scale,
                *angle,
                0.0,
                std::f64::consts::TAU,
            );
        }
        Geometry::Curve { p1, p2, control } => {
            let ((ax, ay), (bx, by), (cx, cy)) = (place.at(*p1), place.at(*p2), place.at(*control));
            context.move_to(ax, ay);
            context.quadratic_curve_to(cx, cy, bx, by);
        }
        Geometry::Keypoints { nodes, edges } => {
            for (from, to) in edges {
                if let (Some(from), Some(to)) = (nodes.get(*from), nodes.get(*to)) {
                    line(&[*from, *to], false);
                }
            }
            nodes.iter().copied().for_each(dot);
        }
        Geometry::Cuboid { front, rear } => {
            line(front, true);
            line(rear, true);
            for (near, far) in front.iter().zip(rear) {
                line(&[*near, *far], false);
            }
        }
        Geometry::Words { .. } | Geometry::Stretch { .. } | Geometry::Whole | Geometry::Other { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(low: f64, high: f64, label: Option<i64>) -> Annotation {
        Annotation {
            id: portal_model::id::AnnotationId(1),
            root: None,
            label: label.map(portal_model::id::LabelId),
            geometry: Geometry::Box { x_min: low, y_min: low, x_max: high, y_max: high },
            prediction: None,
            track: None,
        }
    }

    #[test]
    fn pictures_fit_whole_and_in_the_middle() {
        let place = Place::fit((200.0, 100.0), (400.0, 400.0));
        assert_eq!(place, Place { scale: 2.0, x: 0.0, y: 100.0 });
        assert_eq!(Place::fit((10.0, 10.0), (400.0, 400.0)).scale, 4.0, "small ones are not blown up without end");
        assert_eq!(Place::fit((0.0, 0.0), (400.0, 400.0)).scale, 4.0_f64.min(f64::INFINITY));
    }

    #[test]
    fn what_a_link_leads_to_is_in_the_middle_or_as_near_as_the_edges_allow() {
        let (picture, canvas) = ((2_000.0, 1_000.0), (800.0, 600.0));
        let around = |low: (f64, f64), high: (f64, f64)| {
            let point = |(x, y)| Point { x, y };
            Place::around((point(low), point(high)), picture, canvas)
        };
        let place = around((900.0, 450.0), (1_000.0, 550.0)).unwrap();
        assert_eq!(place.at(Point { x: 950.0, y: 500.0 }), (400.0, 300.0));
        assert_eq!(place.scale, 2.0, "a third of the canvas high");
        let corner = around((0.0, 0.0), (10.0, 10.0)).unwrap();
        assert_eq!((corner.x, corner.y), (0.0, 0.0), "nothing beyond the picture is shown");
        assert!(corner.scale <= Place::fit(picture, canvas).scale * 6.0 + 1e-9, "one still sees where it is");
        assert_eq!(around((0.0, 0.0), picture), None, "what is as large as the picture shows with all of it");
    }

    #[test]
    fn zooming_keeps_the_point_under_the_pointer_and_ends_at_the_whole_picture() {
        let (picture, canvas) = ((200.0, 100.0), (400.0, 400.0));
        let fit = Place::fit(picture, canvas);
        let under = fit.back((300.0, 200.0));
        let near = fit.zoomed(4.0, (300.0, 200.0), picture, canvas).expect("larger");
        assert_eq!(near.scale, 8.0);
        assert_eq!(near.back((300.0, 200.0)), under);
        assert_eq!(near.zoomed(1e9, (0.0, 0.0), picture, canvas).expect("larger").scale, MOST);
        assert_eq!(near.zoomed(0.01, (300.0, 200.0), picture, canvas), None);
    }

    #[test]
    fn moving_ends_at_the_edges() {
        let (picture, canvas) = ((200.0, 100.0), (400.0, 400.0));
        let near = Place::fit(picture, canvas).zoomed(2.0, (200.0, 200.0), picture, canvas).expect("larger");
        let far = near.moved(1e6, 1e6, picture, canvas);
        assert_eq!((far.x, far.y), (0.0, 0.0));
        let other = near.moved(-1e6, -1e6, picture, canvas);
        assert_eq!((other.x, other.y), (-400.0, 0.0));
    }

    #[test]
    fn only_what_reaches_into_the_canvas_is_drawn() {
        let all = [one(0.0, 10.0, None), one(500.0, 510.0, None), one(0.0, 510.0, Some(7))];
        let mut view = ResultView::default();
        let place = Place { scale: 2.0, x: -600.0, y: -600.0 };
        assert_eq!(in_sight(&all, &view, place, (200.0, 200.0)), [&all[2]]);
        assert_eq!(in_sight(&all, &view, Place { scale: 0.1, x: 0.0, y: 0.0 }, (200.0, 200.0)).len(), 3);
        view.off.insert(portal_model::id::LabelId(7));
        assert!(in_sight(&all, &view, place, (200.0, 200.0)).is_empty());
    }

    #[test]
    fn the_smallest_one_at_a_point_is_meant() {
        let all = [one(0.0, 100.0, None), one(10.0, 20.0, Some(7)), one(10.0, 30.0, None)];
        let mut view = ResultView::default();
        assert_eq!(at(Point { x: 15.0, y: 15.0 }, &all, &view), Some(1));
        view.off.insert(portal_model::id::LabelId(7));
        assert_eq!(at(Point { x: 15.0, y: 15.0 }, &all, &view), Some(2), "hidden ones are not meant");
        assert_eq!(at(Point { x: 500.0, y: 1.0 }, &all, &view), None);
    }
}
