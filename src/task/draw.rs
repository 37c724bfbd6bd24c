//! Draws annotations on a canvas: people's solid, models' dashed.

use portal_model::annotation::{Annotation, Geometry, Label, Point};
use web_sys::CanvasRenderingContext2d;

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

    fn at(&self, point: Point) -> (f64, f64) {
        (self.x + point.x * self.scale, self.y + point.y * self.scale)
    }
}

/// Whether there is anything to draw.
pub fn is_drawable(geometry: &Geometry) -> bool {
    !matches!(geometry, Geometry::Whole | Geometry::Other { .. })
}

/// Colour of a label.
pub fn colour(labels: &[Label], annotation: &Annotation) -> String {
    let label = annotation.label.and_then(|id| labels.iter().find(|label| label.id == id));
    label.map_or_else(|| "#868e96".to_owned(), |label| label.color.clone())
}

/// Draws all; the pointed-at one last and thicker, the others then paler. `unit` is canvas pixels for one of the screen's.
pub fn all(
    context: &CanvasRenderingContext2d,
    place: Place,
    unit: f64,
    annotations: &[Annotation],
    labels: &[Label],
    predictions: bool,
    pointed: Option<usize>,
) {
    let visible = |annotation: &Annotation| predictions || annotation.prediction.is_none();
    for (i, annotation) in annotations.iter().enumerate().filter(|(i, a)| Some(*i) != pointed && visible(a)) {
        let _ = i;
        context.set_global_alpha(if pointed.is_some() { 0.35 } else { 1.0 });
        one(context, place, unit, annotation, &colour(labels, annotation), 2.0);
    }
    context.set_global_alpha(1.0);
    if let Some(annotation) = pointed.and_then(|i| annotations.get(i)) {
        one(context, place, unit, annotation, &colour(labels, annotation), 4.0);
    }
}

fn one(context: &CanvasRenderingContext2d, place: Place, unit: f64, annotation: &Annotation, colour: &str, width: f64) {
    let dash = js_sys::Array::new();
    if annotation.prediction.is_some() {
        dash.push(&(5.0 * unit).into());
        dash.push(&(3.5 * unit).into());
    }
    let _ = context.set_line_dash(&dash);
    context.begin_path();
    outline(context, place, unit, &annotation.geometry);
    // A dark line under the coloured one, so that it is seen on any picture.
    context.set_stroke_style_str("rgba(0,0,0,.55)");
    context.set_line_width((width + 2.0) * unit);
    context.stroke();
    context.set_stroke_style_str(colour);
    context.set_line_width(width * unit);
    context.stroke();
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
        Geometry::Whole | Geometry::Other { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_fit_whole_and_in_the_middle() {
        let place = Place::fit((200.0, 100.0), (400.0, 400.0));
        assert_eq!(place, Place { scale: 2.0, x: 0.0, y: 100.0 });
        assert_eq!(Place::fit((10.0, 10.0), (400.0, 400.0)).scale, 4.0, "small ones are not blown up without end");
        assert_eq!(Place::fit((0.0, 0.0), (400.0, 400.0)).scale, 4.0_f64.min(f64::INFINITY));
    }
}
