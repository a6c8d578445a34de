//! The requirements of the sources, by their numbers, through HTTP.

mod a;
mod b;
mod b2;
mod b3;
mod c;
mod d;
mod desk;
mod e;
mod f;
mod f_same;
mod f_tries;
mod g;
mod h;
mod k;
