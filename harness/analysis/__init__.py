"""Stage 4: what it means. Pure: frames in, frames out."""
