"""Streamlit entry: page set-up and navigation, nothing else."""

from coach.ui.chat import page

page()
