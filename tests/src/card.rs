//! A card in the virtual reader.
