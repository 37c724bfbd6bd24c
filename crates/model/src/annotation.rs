//! Annotations: what was drawn on a file, by people and by models.

use serde::{Deserialize, Serialize};

use crate::id::{AnnotationId, AnnotationRoot, LabelId, ModelRunId};

/// A point in pixels of the stored picture, from its top left corner.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Point {
    /// Pixels from the left.
    pub x: f64,
    /// Pixels from the top.
    pub y: f64,
}

/// The shape of an annotation, in pixels of the stored picture (`diffgram-api.md` §6.1). All numbers are finite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Geometry {
    /// An upright rectangle with `x_min < x_max` and `y_min < y_max`; it may reach over the picture's edge.
    Box {
        /// Left edge.
        x_min: f64,
        /// Top edge.
        y_min: f64,
        /// Right edge.
        x_max: f64,
        /// Bottom edge.
        y_max: f64,
    },
    /// A closed outline of at least two points.
    Polygon {
        /// In drawing order.
        points: Vec<Point>,
    },
    /// A line through two points.
    Line {
        /// Its two ends.
        points: Vec<Point>,
    },
    /// A single point.
    Point {
        /// Where it is.
        at: Point,
    },
    /// An ellipse, turned around its centre.
    Ellipse {
        /// Its centre.
        center: Point,
        /// Full width before turning.
        width: f64,
        /// Full height before turning.
        height: f64,
        /// Turn in radians, clockwise on screen.
        angle: f64,
    },
    /// A quadratic curve.
    Curve {
        /// Its start.
        p1: Point,
        /// Its end.
        p2: Point,
        /// Its control point.
        control: Point,
    },
    /// Joints and the bones between them.
    Keypoints {
        /// The joints.
        nodes: Vec<Point>,
        /// The bones, as pairs of positions in `nodes`.
        edges: Vec<(usize, usize)>,
    },
    /// A box in perspective. Diffgram: `cuboid`.
    Cuboid {
        /// Corners of the near face: top left, top right, bottom right, bottom left.
        front: [Point; 4],
        /// Corners of the far face, in the same order.
        rear: [Point; 4],
    },
    /// A stretch of a text. Diffgram: `text_token`.
    Words {
        /// The first word, counted from 0 as Diffgram cut the text ([`crate::api::Media::Tokens`]).
        first: u32,
        /// The last word, not before the first.
        last: u32,
    },
    /// A stretch of a sound, in seconds from its beginning, with `start <= end`. Diffgram: `audio`.
    Stretch {
        /// Where it begins.
        start: f64,
        /// Where it ends.
        end: f64,
    },
    /// Says something about the whole file (Diffgram: `tag`, `global`): nothing to draw.
    Whole,
    /// A kind this version cannot draw; Diffgram's word. Shown as a chip.
    Other {
        /// Diffgram's `type`.
        word: String,
    },
}

impl Geometry {
    /// The smallest upright rectangle around it on the picture: its lowest and highest point. `None` for what is on none, and
    /// without any point.
    #[must_use]
    pub fn bounds(&self) -> Option<(Point, Point)> {
        let around = |points: &[Point]| {
            let first = *points.first()?;
            Some(points.iter().fold((first, first), |(low, high), point| {
                (
                    Point { x: low.x.min(point.x), y: low.y.min(point.y) },
                    Point { x: high.x.max(point.x), y: high.y.max(point.y) },
                )
            }))
        };
        match self {
            Self::Box { x_min, y_min, x_max, y_max } => {
                Some((Point { x: *x_min, y: *y_min }, Point { x: *x_max, y: *y_max }))
            }
            Self::Polygon { points } | Self::Line { points } => around(points),
            Self::Point { at } => Some((*at, *at)),
            Self::Ellipse { center, width, height, angle } => {
                let (sin, cos) = angle.sin_cos();
                let half = |a: f64, b: f64| (a * width / 2.0).hypot(b * height / 2.0);
                let (x, y) = (half(cos, sin), half(sin, cos));
                Some((Point { x: center.x - x, y: center.y - y }, Point { x: center.x + x, y: center.y + y }))
            }
            Self::Curve { p1, p2, control } => around(&[*p1, *p2, *control]),
            Self::Keypoints { nodes, .. } => around(nodes),
            Self::Cuboid { front, rear } => around(&[front.as_slice(), rear.as_slice()].concat()),
            Self::Words { .. } | Self::Stretch { .. } | Self::Whole | Self::Other { .. } => None,
        }
    }
}

/// What makes an annotation a prediction: it came from a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Prediction {
    /// The run it came from, when known.
    pub run: Option<ModelRunId>,
    /// The model's confidence. Nothing in Diffgram holds it between 0 and 1; `None` when it gave none.
    pub score: Option<f64>,
}

/// One annotation. Diffgram: *instance* (`diffgram-api.md` §6.3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Annotation {
    /// This version of it.
    pub id: AnnotationId,
    /// What stays over edits, when Diffgram says.
    pub root: Option<AnnotationRoot>,
    /// Its label; `None` for annotations about the whole file.
    pub label: Option<LabelId>,
    /// Its shape.
    pub geometry: Geometry,
    /// Set when a model made it.
    pub prediction: Option<Prediction>,
    /// Video only: which track it belongs to. Diffgram: `number`.
    pub track: Option<i64>,
}

/// A label, as a page needs it to name and colour annotations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Label {
    /// Its label file id.
    pub id: LabelId,
    /// Its name. Untrusted text.
    pub name: String,
    /// Its colour as `#rrggbb`, always valid.
    pub color: String,
}

/// The annotations of one picture, or of one frame of a video.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnnotationSet {
    /// Those that can be shown.
    pub annotations: Vec<Annotation>,
    /// How many were left out because their shape made no sense (not a number, no area, inside out).
    pub unreadable: u32,
}
