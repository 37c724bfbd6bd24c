//! Words of the query language that are the same for everybody: fields, signs, kinds of things.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// How it is written.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

words! {
    /// How a number or a time compares.
    Compare {
        /// At least.
        AtLeast = ">=",
        /// At most.
        AtMost = "<=",
        /// More than.
        Above = ">",
        /// Less than.
        Below = "<",
        /// Exactly.
        Equal = "=",
    }
}

words! {
    /// Kinds of files one can ask for.
    Kind {
        /// Pictures.
        Image = "image",
        /// Videos.
        Video = "video",
        /// Texts.
        Text = "text",
        /// Sounds.
        Audio = "audio",
        /// Maps.
        Geospatial = "geospatial",
        /// Points in space.
        PointCloud = "point_cloud",
        /// Several files in one.
        Compound = "compound",
    }
}

words! {
    /// Kinds of annotations: the shapes of [`crate::annotation::Geometry`].
    Shape {
        /// An upright rectangle.
        Box = "box",
        /// A closed outline.
        Polygon = "polygon",
        /// Two points.
        Line = "line",
        /// A single point.
        Point = "point",
        /// An ellipse.
        Ellipse = "ellipse",
        /// A curve.
        Curve = "curve",
        /// Joints and bones.
        Keypoints = "keypoints",
        /// A box in perspective.
        Cuboid = "cuboid",
        /// A stretch of a text.
        Words = "words",
        /// A stretch of a sound.
        Stretch = "stretch",
        /// Something said of the whole file.
        Whole = "whole",
        /// What the portal cannot draw.
        Other = "other",
    }
}

words! {
    /// Things a file can have, or miss.
    Thing {
        /// Any annotation, by whomever.
        Annotation = "annotation",
        /// A prediction of a model.
        Prediction = "prediction",
        /// A task of mine.
        Task = "task",
        /// An issue that is open.
        Issue = "issue",
        /// A prediction with a score.
        Score = "score",
    }
}

words! {
    /// Where a task stands: Diffgram's words, as in [`crate::task::TaskStatus`].
    Status {
        /// Made, not yet offered.
        Created = "created",
        /// Nobody has started it.
        Available = "available",
        /// Somebody has started it.
        InProgress = "in_progress",
        /// Waits for a reviewer to be found.
        ReviewRequested = "review_requested",
        /// Waits for its reviewer.
        InReview = "in_review",
        /// Sent back.
        RequiresChanges = "requires_changes",
        /// Put aside.
        Deferred = "deferred",
        /// Done.
        Complete = "complete",
        /// Taken away.
        Archived = "archived",
    }
}

words! {
    /// What of a file is measured.
    Measure {
        /// Its width in pixels.
        Width = "width",
        /// Its height in pixels.
        Height = "height",
        /// How long a video lasts, in seconds.
        Duration = "duration",
    }
}

words! {
    /// Times of a file.
    TimeField {
        /// When it was made.
        Created = "created",
        /// When it last changed.
        Updated = "updated",
    }
}

words! {
    /// What files can be ordered by. What has no such thing comes last, in either direction.
    SortField {
        /// The file's name.
        Name = "name",
        /// When the file was made.
        Created = "created",
        /// When the file last changed.
        Updated = "updated",
        /// Its best score among the predictions the query asks for.
        Score = "score",
        /// How many annotations it has of those the query asks for.
        Count = "count",
        /// Its id.
        Id = "id",
        /// Its width.
        Width = "width",
        /// How long it lasts.
        Duration = "duration",
        /// By chance: the same for the same seed.
        Random = "random",
    }
}

words! {
    /// The fields, as they are written before the colon or the sign.
    FieldName {
        /// See [`super::Condition::Name`].
        Name = "name",
        /// See [`super::Condition::Id`].
        Id = "id",
        /// See [`super::Condition::Dataset`].
        Dataset = "dataset",
        /// See [`super::Condition::Type`].
        Type = "type",
        /// See [`super::Condition::Measure`].
        Width = "width",
        /// See [`super::Condition::Measure`].
        Height = "height",
        /// See [`super::Condition::Measure`].
        Duration = "duration",
        /// See [`super::Condition::Time`].
        Created = "created",
        /// See [`super::Condition::Time`].
        Updated = "updated",
        /// See [`super::Condition::Label`].
        Label = "label",
        /// See [`super::Condition::Score`].
        Score = "score",
        /// See [`super::Condition::Near`].
        Near = "near",
        /// See [`super::Condition::Run`].
        Run = "run",
        /// See [`super::Condition::Shape`].
        Kind = "kind",
        /// See [`super::Condition::Attribute`].
        Attribute = "attribute",
        /// See [`super::Condition::Frame`].
        Frame = "frame",
        /// See [`super::Condition::Count`].
        Count = "count",
        /// See [`super::Condition::Has`].
        Has = "has",
        /// See [`super::Condition::Missing`].
        Missing = "missing",
        /// See [`super::Condition::Status`].
        Status = "status",
        /// See [`super::Condition::Assignee`].
        Assignee = "assignee",
        /// See [`super::Condition::Disagree`].
        Disagree = "disagree",
        /// See [`super::Sort`].
        Sort = "sort",
        /// See [`super::Query::limit`].
        Limit = "limit",
        /// See [`super::Query::sample`].
        Sample = "sample",
        /// See [`super::Query::seed`].
        Seed = "seed",
    }
}
