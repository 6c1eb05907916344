from setuptools import setup

setup(
    name="tally",
    version="2.1",
    packages=["tally"],
    package_dir={"": "src"},
    package_data={"tally": ["words.json"]},
    entry_points={"console_scripts": ["tally = tally.cli:main"]},
)
