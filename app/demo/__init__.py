"""The demonstration: hub and simulators as processes of their own, and dialogs played between them."""

from app.demo.stage import DemoFailed, DemoOptions, run_demo

__all__ = ["DemoFailed", "DemoOptions", "run_demo"]
