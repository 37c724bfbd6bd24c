//! "Links of …": the small button beside everything that can be linked to. What it opens is a chunk of its own (`src/links/`).

use leptos::prelude::*;
use portal_model::{
    file::FileSummary,
    id::{AnnotationId, AttributeId, FileId, IssueId, ProjectId, SchemaId, TaskId},
    task::{DatasetRef, TaskRow},
};

use crate::{
    app::portal,
    areas,
    text::{links as words, t, t_with},
    ui::changing::at_times,
};

/// What links lead to.
#[derive(Clone, Debug, PartialEq)]
pub enum About {
    /// A task; on a clip, the frame in sight, where one is.
    Task(Box<TaskRow>, Option<u32>),
    /// A file in my sight.
    File(Box<OfFile>),
    /// An annotation on one of those, by its root where that is known, with what it is called.
    Annotation(Box<Self>, AnnotationId, String),
    /// A schema, with its name.
    Schema(ProjectId, SchemaId, String),
    /// A question, in its schema.
    Attribute(ProjectId, SchemaId, AttributeId, String),
    /// An issue, on a task or a file, with its title.
    Issue(Box<Self>, IssueId, String),
}

/// A file, as links need it.
#[derive(Clone, Debug, PartialEq)]
pub struct OfFile {
    /// Its project.
    pub project: ProjectId,
    /// The file.
    pub file: FileSummary,
    /// The dataset it is in, when known.
    pub dataset: Option<DatasetRef>,
    /// A task of mine on it.
    pub task: Option<TaskId>,
    /// The frame in sight, on a clip.
    pub frame: Option<u32>,
}

impl About {
    /// What it is called.
    pub fn name(&self) -> &str {
        match self {
            Self::Task(row, _) => &row.file.name,
            Self::File(of) => &of.file.name,
            Self::Annotation(_, _, name)
            | Self::Schema(_, _, name)
            | Self::Attribute(_, _, _, name)
            | Self::Issue(_, _, name) => name,
        }
    }

    /// The same, with this frame in sight.
    pub fn at_frame(self, frame: Option<u32>) -> Self {
        match self {
            Self::Task(row, _) => Self::Task(row, frame),
            Self::File(of) => Self::File(Box::new(OfFile { frame, ..*of })),
            other => other,
        }
    }

    /// Its file and the frame in sight, on a clip.
    pub fn frame(&self) -> Option<(FileId, u32)> {
        match self {
            Self::Task(row, frame) => frame.map(|frame| (row.file.id, frame)),
            Self::File(of) => of.frame.map(|frame| (of.file.id, frame)),
            _ => None,
        }
    }
}

/// What the links are shown of, and the button that they hang on.
#[derive(Clone)]
pub struct Asked {
    /// What.
    pub about: About,
    /// Where, in the window: left, top, right, bottom.
    pub at: [f64; 4],
}

/// The button. What it is about is asked when it is pressed.
#[component]
pub fn LinksButton(
    #[prop(into)] name: String,
    about: impl Fn() -> Option<About> + 'static,
    /// A button like others, with a word on it.
    #[prop(default = false)]
    wide: bool,
) -> impl IntoView {
    let portal = portal();
    let label = t_with(words::OF, &[("name", &name)]);
    let open = move |event: web_sys::MouseEvent| {
        let Some(about) = about() else { return };
        let area = event_target::<web_sys::Element>(&event).get_bounding_client_rect();
        let at = [area.left(), area.top(), area.right(), area.bottom()];
        portal.links.set(Some(Asked { about, at }));
    };
    let (class, shown) = if wide { ("btn", t(words::LINKS)) } else { ("btn quietly more", "⋯") };
    view! { <button type="button" class=class aria-haspopup="dialog" aria-label=label.clone() title=label on:click=open>{shown}</button> }
}

/// Where the links appear: fetched when they are asked for first.
#[component]
pub fn LinksHost() -> impl IntoView {
    let links = portal().links;
    let wanted = Memo::new(move |before: Option<&bool>| before == Some(&true) || links.read().is_some());
    at_times(move || wanted.get().then(areas::links))
}
