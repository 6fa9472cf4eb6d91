"""Texts and data become letters and sentences. Pure: no I/O, no clock; the texts are handed in."""
