//! Views: queries with a name. Some are the person's own, in the store; some are for everybody or for some, from the configuration
//! or from a host app. A view is words only: what it shows depends on who looks.

use std::collections::HashSet;

use portal_model::{
    api::explorer::{NewQueryView, NewView, QueryView, View, ViewLook},
    id::ProjectId,
};
use sqlx::Row;

use crate::{
    config::SharedView,
    policy::Policy,
    session::person::{Person, PersonId},
    store::Store,
};

/// Views of one person at the most.
pub const MAX_VIEWS: u32 = 50;
/// Views that a host app gives to the people of one project, at the most.
pub const MAX_QUERY_VIEWS: u32 = 200;

/// Why a view was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Unknown, not theirs, or for everybody.
    #[error("no such view of theirs")]
    NotFound,
    /// They have as many as they may.
    #[error("too many views")]
    TooMany,
    /// The store did not answer.
    #[error("views cannot be read or written")]
    Store(#[from] sqlx::Error),
}

/// All views. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Views {
    store: Store,
    shared: std::sync::Arc<[SharedView]>,
}

/// What is in the store was written by this program.
fn text(shows: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string(shows).map_err(|error| Error::Store(sqlx::Error::Encode(error.into())))
}

impl Views {
    /// Over a store, with those of the configuration.
    #[must_use]
    pub fn new(store: Store, shared: Vec<SharedView>) -> Self {
        Self { store, shared: shared.into() }
    }

    /// Those that are given to the person: of the configuration in its order, then of host apps by their names.
    async fn given(&self, person: &Person) -> Result<Vec<View>, Error> {
        let is_theirs = |view: &&SharedView| {
            view.to.as_ref().is_none_or(|to| Policy::opens(to, person)) && Policy::is_of(&view.roles, None, person)
        };
        let of_config = self.shared.iter().filter(is_theirs).map(|view| View {
            id: view.id.clone(),
            name: view.name.clone(),
            q: view.query.clone(),
            look: view.look.clone(),
            pinned: false,
            mine: false,
        });
        let mut given: Vec<View> = of_config.collect();
        for membership in &person.memberships {
            let mut of_apps = self.query_views(&membership.project).await?;
            of_apps.retain(|view| Policy::is_of(&view.shows.roles, Some(&membership.project), person));
            of_apps.sort_by(|a, b| a.shows.name.cmp(&b.shows.name));
            given.extend(of_apps.into_iter().map(|QueryView { link, shows, .. }| View {
                id: link,
                name: shows.name,
                q: shows.q,
                look: shows.look,
                pinned: false,
                mine: false,
            }));
        }
        Ok(given)
    }

    /// Those that are given to the person, then their own, oldest first.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn list(&self, person: &Person) -> Result<Vec<View>, Error> {
        let mut views = self.given(person).await?;
        let rows = sqlx::query("SELECT id, name, q, look FROM view WHERE person = ? ORDER BY id")
            .bind(&person.id.0)
            .fetch_all(self.store.pool())
            .await?;
        views.extend(rows.iter().map(|row| View {
            id: row.get("id"),
            name: row.get("name"),
            q: row.get("q"),
            // What a newer portal wrote in another way is shown as usual.
            look: serde_json::from_str(row.get("look")).unwrap_or_default(),
            pinned: false,
            mine: true,
        }));
        let pinned: Vec<String> = sqlx::query_scalar("SELECT view FROM view_pin WHERE person = ?")
            .bind(&person.id.0)
            .fetch_all(self.store.pool())
            .await?;
        let pinned: HashSet<String> = pinned.into_iter().collect();
        for view in &mut views {
            view.pinned = pinned.contains(&view.id);
        }
        Ok(views)
    }

    /// Saves a new one.
    ///
    /// # Errors
    /// [`Error::TooMany`], [`Error::Store`].
    pub async fn add(&self, person: &PersonId, new: NewView) -> Result<View, Error> {
        let id = uuid::Uuid::now_v7().to_string();
        // Counted and written in one statement, so that two at once do not make one too many.
        let written = sqlx::query(
            "INSERT INTO view (id, person, name, q, look) SELECT ?1, ?2, ?3, ?4, ?5
             WHERE (SELECT count(*) FROM view WHERE person = ?2) < ?6",
        )
        .bind(&id)
        .bind(&person.0)
        .bind(&new.name)
        .bind(&new.q)
        .bind(text(&new.look)?)
        .bind(MAX_VIEWS)
        .execute(self.store.pool())
        .await?;
        if written.rows_affected() == 0 {
            return Err(Error::TooMany);
        }
        Ok(mine(id, new, false))
    }

    /// Changes one of the person's own.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn change(&self, person: &PersonId, id: &str, new: NewView) -> Result<View, Error> {
        let written = sqlx::query("UPDATE view SET name = ?, q = ?, look = ? WHERE id = ? AND person = ?")
            .bind(&new.name)
            .bind(&new.q)
            .bind(text(&new.look)?)
            .bind(id)
            .bind(&person.0)
            .execute(self.store.pool())
            .await?;
        if written.rows_affected() == 0 {
            return Err(Error::NotFound);
        }
        let pinned: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM view_pin WHERE person = ? AND view = ?)")
            .bind(&person.0)
            .bind(id)
            .fetch_one(self.store.pool())
            .await?;
        Ok(mine(id.to_owned(), new, pinned))
    }

    /// Removes one of the person's own.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn remove(&self, person: &PersonId, id: &str) -> Result<(), Error> {
        let gone = sqlx::query("DELETE FROM view WHERE id = ? AND person = ?")
            .bind(id)
            .bind(&person.0)
            .execute(self.store.pool())
            .await?;
        if gone.rows_affected() == 0 {
            return Err(Error::NotFound);
        }
        self.unpin(person, id).await
    }

    /// Puts one that the person sees into their menu.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn pin(&self, person: &Person, id: &str) -> Result<(), Error> {
        let is_given = self.given(person).await?.iter().any(|view| view.id == id);
        let written = sqlx::query(
            "INSERT INTO view_pin (person, view) SELECT ?1, ?2
             WHERE ?3 OR EXISTS (SELECT 1 FROM view WHERE id = ?2 AND person = ?1)
             ON CONFLICT DO UPDATE SET view = excluded.view",
        )
        .bind(&person.id.0)
        .bind(id)
        .bind(is_given)
        .execute(self.store.pool())
        .await?;
        if written.rows_affected() == 0 { Err(Error::NotFound) } else { Ok(()) }
    }

    /// Takes one away from there. Nothing happens when it does not stand there.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn unpin(&self, person: &PersonId, id: &str) -> Result<(), Error> {
        sqlx::query("DELETE FROM view_pin WHERE person = ? AND view = ?")
            .bind(&person.0)
            .bind(id)
            .execute(self.store.pool())
            .await?;
        Ok(())
    }

    /// What host apps give to the people of a project, in the order of their ids.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn query_views(&self, project: &ProjectId) -> Result<Vec<QueryView>, Error> {
        let rows = sqlx::query("SELECT id, link, shows FROM query_view WHERE project = ? ORDER BY id")
            .bind(&project.0)
            .fetch_all(self.store.pool())
            .await?;
        // One that a newer portal wrote in another way might be for fewer people than this one can tell.
        let read = |row: &sqlx::sqlite::SqliteRow| {
            let shows = serde_json::from_str(row.get("shows")).ok()?;
            Some(QueryView { id: row.get("id"), link: row.get("link"), shows })
        };
        Ok(rows.iter().filter_map(read).collect())
    }

    /// Writes one of a host app: a new one, or over the one with this id.
    ///
    /// # Errors
    /// [`Error::TooMany`], [`Error::Store`].
    pub async fn give(&self, project: &ProjectId, id: &str, shows: NewQueryView) -> Result<QueryView, Error> {
        let link: Option<String> = sqlx::query_scalar(
            "INSERT INTO query_view (project, id, link, shows) SELECT ?1, ?2, ?3, ?4
             WHERE (SELECT count(*) FROM query_view WHERE project = ?1 AND id <> ?2) < ?5
             ON CONFLICT (project, id) DO UPDATE SET shows = excluded.shows RETURNING link",
        )
        .bind(&project.0)
        .bind(id)
        .bind(format!("app-{}", uuid::Uuid::now_v7()))
        .bind(text(&shows)?)
        .bind(MAX_QUERY_VIEWS)
        .fetch_optional(self.store.pool())
        .await?;
        let link = link.ok_or(Error::TooMany)?;
        Ok(QueryView { id: id.to_owned(), link, shows })
    }

    /// Takes one of a host app away.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn take_back(&self, project: &ProjectId, id: &str) -> Result<(), Error> {
        let gone = sqlx::query("DELETE FROM query_view WHERE project = ? AND id = ?")
            .bind(&project.0)
            .bind(id)
            .execute(self.store.pool())
            .await?;
        if gone.rows_affected() == 0 { Err(Error::NotFound) } else { Ok(()) }
    }
}

fn mine(id: String, new: NewView, pinned: bool) -> View {
    let NewView { name, q, look } = new;
    View { id, name, q, look, pinned, mine: true }
}

/// What makes no sense of a look, in words.
#[must_use]
pub fn fault(look: &ViewLook) -> Option<String> {
    (!look.is_good()).then(|| format!("look: size is one of {}, score is 0 to 100.", ViewLook::SIZES.join(", ")))
}
