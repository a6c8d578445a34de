//! The other window of a program that has two.

use super::Window;
use crate::patience;
use std::fs;

impl Window {
    /// Turns to the other window, which has just been opened: what follows is about its page.
    ///
    /// # Panics
    /// When there is none in time.
    pub fn turn_to_the_other(&mut self) {
        let own = self.page.handle();
        let page = &self.page;
        let other = patience::until(
            || "another window".to_owned(),
            || page.handles().into_iter().find(|handle| *handle != own),
        );
        self.page.turn_to(&other);
        self.own = Some(own);
    }

    /// Turns back.
    ///
    /// # Panics
    /// When the driver refuses.
    pub fn turn_back(&mut self) {
        if let Some(own) = self.own.take() {
            self.page.turn_to(&own);
        }
    }

    /// How many windows there are.
    pub fn windows(&self) -> usize {
        self.page.handles().len()
    }

    /// Keeps a picture of the page under this name.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn keep_picture(&self, name: &str) {
        fs::create_dir_all(&self.pictures).unwrap();
        fs::write(self.pictures.join(format!("{name}.png")), self.page.picture()).unwrap();
    }

    /// Runs a script whose last argument is called with the answer.
    ///
    /// # Panics
    /// When the driver refuses.
    pub fn run_and_wait(&self, script: &str) -> serde_json::Value {
        self.page.run_and_wait(script)
    }
}
