"""A web service: fastapi under uvicorn. `service [PORT]`; port 0 takes any that is free."""

import sys

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI(title="Greeter")


class Greeting(BaseModel):
    """What the service answers."""

    text: str
    length: int


@app.get("/hello/{name}")
def hello(name: str) -> Greeting:
    """Greets somebody."""
    text = f"Hello, {name}!"
    return Greeting(text=text, length=len(text))


def main() -> None:
    """Serves on loopback until it is stopped."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    uvicorn.run(app, host="127.0.0.1", port=port)


if __name__ == "__main__":
    main()
