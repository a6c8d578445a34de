//! One transaction's view of a card: goes to applications, takes files, and puts what it saw on the shelf.

use crate::CardError;
use crate::applications::enter;
use crate::file::{Counted, CurrentFile, refused, select};
use crate::habits::Habits;
use crate::length::CERTIFICATE_FILE;
use crate::place::{Aid, FilePath};
use crate::profile::{CertificateFile, Paths, Profile};
use crate::shelf::{Bytes, Kept, Place, Shelf};
use cns_iso7816::{Exchange, StatusWord, commands, send};

/// Where files are read.
///
/// It begins without knowing where the card is: another program may have been there since the last transaction.
pub(crate) struct Desk<'act> {
    line: Counted<'act>,
    habits: &'act mut Habits,
    pub(crate) shelf: &'act mut Shelf,
    /// The application that this transaction entered last.
    here: Option<Aid>,
    /// Whether a file below it was selected since.
    moved: bool,
    /// The file that is current.
    current: Option<(Place, CurrentFile)>,
}

impl<'act> Desk<'act> {
    pub(crate) fn new(
        line: &'act mut dyn Exchange,
        habits: &'act mut Habits,
        shelf: &'act mut Shelf,
    ) -> Self {
        Self {
            line: Counted::new(line, shelf.apdus),
            habits,
            shelf,
            here: None,
            moved: false,
            current: None,
        }
    }

    /// Says whether the card has an application, by selecting it.
    ///
    /// # Errors
    /// [`CardError::Channel`].
    pub(crate) fn has(&mut self, application: &Aid) -> Result<bool, CardError> {
        if let Some(known) = self.shelf.applications.get(application) {
            return Ok(*known);
        }
        self.enter(application)
    }

    /// Reads a file without which the card is just as good; `None` when it is missing, empty or refused.
    ///
    /// # Errors
    /// [`CardError::Channel`].
    pub(crate) fn greeting_file(
        &mut self,
        profile: &Profile,
        path: &FilePath,
        name: &'static str,
        limit: usize,
    ) -> Result<Option<Vec<u8>>, CardError> {
        let place = (profile.application.clone(), path.clone());
        let kept = match self.shelf.files.get(&place) {
            Some(kept) => kept.clone(),
            None => self.look(profile, &place, name, limit)?,
        };
        Ok(match kept {
            Kept::Bytes(mut bytes) if !bytes.content.is_empty() => {
                bytes.content.truncate(limit);
                Some(bytes.content)
            }
            Kept::Refused(error) => {
                tracing::debug!(file = name, %error, "passed over");
                None
            }
            Kept::Bytes(_) | Kept::Absent => None,
        })
    }

    /// Reads as much of a file as the certificate inside it needs; `None` when there is no such file.
    ///
    /// # Errors
    /// [`CardError::Refused`], [`CardError::Malformed`], [`CardError::TooLarge`], [`CardError::NoCertificate`] when
    /// the place is empty, and [`CardError::Channel`].
    pub(crate) fn certificate(
        &mut self,
        profile: &Profile,
        file: &CertificateFile,
    ) -> Result<Option<Vec<u8>>, CardError> {
        let place = (profile.application.clone(), file.path.clone());
        let kept = match self.shelf.files.get(&place) {
            Some(kept) => kept.clone(),
            None => self.look(profile, &place, CERTIFICATE_FILE, self.habits.reads.bytes())?,
        };
        let mut bytes = match kept {
            Kept::Absent => return Ok(None),
            Kept::Refused(error) => return Err(error),
            Kept::Bytes(bytes) => bytes,
        };
        if bytes.content.is_empty() {
            return Err(refused(StatusWord::OFFSET_OUTSIDE_FILE, "READ BINARY"));
        }
        let extent = file.framing.extent(&bytes.content, bytes.size)?;
        if bytes.content.len() < extent && !bytes.ended {
            bytes = self.read_on(profile, &place, bytes, extent)?;
        }
        file.framing.certificate(&bytes.content).map(Some)
    }

    /// Opens a file and reads its beginning, or all of it where that costs no more.
    fn look(
        &mut self,
        profile: &Profile,
        place: &Place,
        name: &'static str,
        until: usize,
    ) -> Result<Kept, CardError> {
        let mut bytes = Bytes::default();
        let outcome = self.open(profile, place, name).and_then(|file| {
            let Some(file) = file else {
                return Ok(None);
            };
            bytes.size = file.size;
            file.read_from_start(&mut self.line, self.habits, &mut bytes.content, until)
                .map(Some)
        });
        let kept = match outcome {
            Ok(None) => Kept::Absent,
            Ok(Some(ended)) => {
                bytes.ended = ended;
                Kept::Bytes(bytes)
            }
            Err(error @ CardError::Channel(_)) => return Err(error),
            Err(error) => Kept::Refused(error),
        };
        self.shelf.files.insert(place.clone(), kept.clone());
        Ok(kept)
    }

    /// Reads on in a file whose beginning is known.
    fn read_on(
        &mut self,
        profile: &Profile,
        place: &Place,
        mut bytes: Bytes,
        until: usize,
    ) -> Result<Bytes, CardError> {
        let current = self.current.as_ref().filter(|(current, _)| current == place);
        let file = match current {
            Some((_, file)) => Some(*file),
            None => self.open(profile, place, CERTIFICATE_FILE)?,
        };
        if let Some(file) = file {
            bytes.ended = file.read_until(&mut self.line, self.habits, &mut bytes.content, until)?;
            self.shelf.files.insert(place.clone(), Kept::Bytes(bytes.clone()));
        }
        Ok(bytes)
    }

    fn open(
        &mut self,
        profile: &Profile,
        place: &Place,
        name: &'static str,
    ) -> Result<Option<CurrentFile>, CardError> {
        if !self.go_to(profile)? {
            return Ok(None);
        }
        let path = place.1.as_bytes();
        let command = match profile.paths {
            Paths::FromMaster => commands::select_path(path),
            Paths::FromApplication => commands::select_from_current(path),
        };
        self.moved = true;
        self.current = None;
        let file = select(&mut self.line, &command, name)?;
        self.current = file.map(|file| (place.clone(), file));
        Ok(file)
    }

    /// Goes to where the profile's paths begin; `false` when the card does not have its application.
    fn go_to(&mut self, profile: &Profile) -> Result<bool, CardError> {
        match &profile.application {
            None => {
                if self.here.take().is_some() {
                    // No command leaves an application for certain. This one does where the card's own files can be
                    // reached at all, and where they cannot, the next SELECT says so.
                    send(&mut self.line, &commands::select_mf())?;
                }
                Ok(true)
            }
            Some(application) => {
                if self.shelf.applications.get(application) == Some(&false) {
                    return Ok(false);
                }
                let stays = !self.moved || profile.paths == Paths::FromMaster;
                if stays && self.here.as_ref() == Some(application) {
                    return Ok(true);
                }
                self.enter(application)
            }
        }
    }

    fn enter(&mut self, application: &Aid) -> Result<bool, CardError> {
        let entered = enter(&mut self.line, application)?;
        self.shelf.applications.insert(application.clone(), entered);
        if entered {
            self.here = Some(application.clone());
            self.moved = false;
            self.current = None;
        }
        Ok(entered)
    }
}

impl Drop for Desk<'_> {
    fn drop(&mut self) {
        self.shelf.apdus = self.line.apdus;
    }
}
