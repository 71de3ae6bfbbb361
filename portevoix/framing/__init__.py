"""Framing that follows the person: shots, faces in them, one calm camera path, a file that people can correct."""
