//! What fields and signs are called in the form.

use portal_model::query::{Compare, FieldName, Kind, Shape, Status, Thing};

use super::tree::Row;
use crate::text::{Key, form as w, kind, status, t};

/// A field.
pub fn field(field: FieldName) -> Key {
    match field {
        FieldName::Name => w::NAME,
        FieldName::Id => w::ID,
        FieldName::Dataset => w::DATASET,
        FieldName::Type => w::TYPE,
        FieldName::Width => w::WIDTH,
        FieldName::Height => w::HEIGHT,
        FieldName::Duration => w::DURATION,
        FieldName::Created => w::CREATED,
        FieldName::Updated => w::UPDATED,
        FieldName::Label => w::LABEL,
        FieldName::Score => w::SCORE,
        FieldName::Near => w::NEAR,
        FieldName::Run => w::RUN,
        FieldName::Kind => w::KIND,
        FieldName::Attribute => w::ATTRIBUTE,
        FieldName::Frame => w::FRAME,
        FieldName::Count => w::COUNT,
        FieldName::Has => w::HAS,
        FieldName::Missing => w::MISSING,
        FieldName::Status => w::STATUS,
        FieldName::Assignee => w::ASSIGNEE,
        _ => w::DISAGREE,
    }
}

/// Signs that a field can have, with their words.
pub fn signs(row: &Row) -> Vec<(Option<Compare>, Key)> {
    let numbers = [
        (Some(Compare::AtLeast), w::AT_LEAST),
        (Some(Compare::AtMost), w::AT_MOST),
        (Some(Compare::Above), w::ABOVE),
        (Some(Compare::Below), w::BELOW),
        (Some(Compare::Equal), w::EQUAL),
    ];
    match row.field {
        FieldName::Score
        | FieldName::Frame
        | FieldName::Count
        | FieldName::Width
        | FieldName::Height
        | FieldName::Duration => numbers.to_vec(),
        FieldName::Created | FieldName::Updated => vec![
            (Some(Compare::AtLeast), w::SINCE),
            (Some(Compare::Equal), w::IN),
            (Some(Compare::AtMost), w::UNTIL),
            (Some(Compare::Below), w::BEFORE),
            (Some(Compare::Above), w::AFTER),
        ],
        FieldName::Attribute => [(None, w::IS)].into_iter().chain(numbers).collect(),
        FieldName::Disagree => [(None, w::AT_ALL)].into_iter().chain(numbers).collect(),
        _ => Vec::new(),
    }
}

/// How a sign is named in the form's values.
pub fn sign(sign: Option<Compare>) -> &'static str {
    sign.map_or(":", Compare::word)
}

/// What can be chosen where only certain words can stand, with what people read.
pub fn choices(field: FieldName) -> Vec<(&'static str, String)> {
    let said = |word: &'static str, key: Key| (word, t(key).to_owned());
    match field {
        FieldName::Type => Kind::ALL
            .iter()
            .map(|one| {
                let key = match one {
                    Kind::Image => kind::IMAGE,
                    Kind::Video => kind::VIDEO,
                    Kind::Text => kind::TEXT,
                    Kind::Audio => kind::AUDIO,
                    Kind::Geospatial => kind::GEOSPATIAL,
                    Kind::PointCloud => kind::POINT_CLOUD,
                    Kind::Compound => kind::COMPOUND,
                };
                said(one.word(), key)
            })
            .collect(),
        FieldName::Kind => Shape::ALL
            .iter()
            .map(|one| {
                let key = match one {
                    Shape::Box => w::SHAPE_BOX,
                    Shape::Polygon => w::SHAPE_POLYGON,
                    Shape::Line => w::SHAPE_LINE,
                    Shape::Point => w::SHAPE_POINT,
                    Shape::Ellipse => w::SHAPE_ELLIPSE,
                    Shape::Curve => w::SHAPE_CURVE,
                    Shape::Keypoints => w::SHAPE_KEYPOINTS,
                    Shape::Cuboid => w::SHAPE_CUBOID,
                    Shape::Words => w::SHAPE_WORDS,
                    Shape::Stretch => w::SHAPE_STRETCH,
                    Shape::Whole => w::SHAPE_WHOLE,
                    Shape::Other => w::SHAPE_OTHER,
                };
                said(one.word(), key)
            })
            .collect(),
        FieldName::Has | FieldName::Missing => Thing::ALL
            .iter()
            .map(|one| {
                let key = match one {
                    Thing::Annotation => w::THING_ANNOTATION,
                    Thing::Prediction => w::THING_PREDICTION,
                    Thing::Task => w::THING_TASK,
                    Thing::Issue => w::THING_ISSUE,
                    Thing::Score => w::THING_SCORE,
                };
                said(one.word(), key)
            })
            .collect(),
        FieldName::Status => Status::ALL
            .iter()
            .map(|one| {
                let key = match one {
                    Status::Created => status::CREATED,
                    Status::Available => status::AVAILABLE,
                    Status::InProgress => status::IN_PROGRESS,
                    Status::ReviewRequested => status::REVIEW_REQUESTED,
                    Status::InReview => status::IN_REVIEW,
                    Status::RequiresChanges => status::REQUIRES_CHANGES,
                    Status::Deferred => status::DEFERRED,
                    Status::Complete => status::COMPLETE,
                    Status::Archived => status::ARCHIVED,
                };
                said(one.word(), key)
            })
            .collect(),
        _ => Vec::new(),
    }
}
